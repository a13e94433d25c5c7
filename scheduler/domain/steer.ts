import type { MoveOrder } from "./service.ts";

/** The service label that records a move under way. It and the steering constraints live only while the move runs. */
export const STEER_LABEL = "ballast.steer";

/** How the ids begin of what is no move: a service that was created so that its first tasks start where they are to. */
const CREATION_PREFIX = "create-";

/** An id for the creation of a service. */
export function creationId(unique: string): string {
  return `${CREATION_PREFIX}${unique}`;
}

/** Whether what steers a service is its own creation, and not a move. */
export function isCreation({ moveId }: { readonly moveId: string }): boolean {
  return moveId.startsWith(CREATION_PREFIX);
}

/** The constraints that keep a new service's tasks to these nodes. Node ids; `nodes`: all of the swarm's. */
export function creationConstraints(
  eligible: ReadonlySet<string>,
  nodes: readonly string[],
): readonly string[] {
  const [only] = eligible;
  if (eligible.size === 1 && only !== undefined) return [`node.id==${only}`];
  return nodes.filter((id) => !eligible.has(id)).map((id) => `node.id!=${id}`);
}

/** What the label holds: all that another scheduler needs to finish or undo the move. */
export interface SteerRecord {
  readonly version: 1;
  readonly moveId: string;
  /** Of a creation it is empty, and so are the nodes. */
  readonly taskId: string;
  /** Node ids. */
  readonly from: string;
  readonly to: string;
  /** The constraints that steering appended, exactly. */
  readonly added: readonly string[];
  /** The owner's UpdateConfig as it was, or null when there was none. */
  readonly updateConfig: unknown;
  /** A digest of the owner's spec: as long as it matches, nobody else has written. */
  readonly specDigest: string;
  /** In which order the new task starts and the old one stops. */
  readonly order: MoveOrder;
  /** ISO 8601. A move that has not landed by then is undone. */
  readonly deadline: string;
  /** Once the move is being taken back: how it ends. Its constraint then keeps the service off the target. */
  readonly back?: { readonly outcome: "undone" | "gave_way"; readonly detail: string } | undefined;
}
