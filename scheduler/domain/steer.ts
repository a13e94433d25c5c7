import type { MoveOrder } from "./service.ts";

/** The service label that records a move under way. It and the steering constraints live only while the move runs. */
export const STEER_LABEL = "ballast.steer";

/** What the label holds: all that another scheduler needs to finish or undo the move. */
export interface SteerRecord {
  readonly version: 1;
  readonly moveId: string;
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
