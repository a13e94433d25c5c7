import type { History } from "./history.ts";
import type { InputReport } from "./input-report.ts";
import type { Memory } from "./memory.ts";
import type { Node } from "./node.ts";
import type { Order } from "./order.ts";
import type { Resources } from "./resources.ts";
import type { Service } from "./service.ts";
import type { Task } from "./task.ts";

/** What was measured of a node over the load window. */
export interface NodeUsage {
  readonly capacity: Resources;
  readonly used: Resources;
  /** What it used beside the containers of tasks, on average, those included that ended within the window. */
  readonly remainder: Resources;
  /** Names of what the policy has measured besides CPU and memory, that the node has and whose use is not known. */
  readonly unknown?: readonly string[];
}

/** Everything one decision knows, as data. */
export interface Snapshot {
  readonly takenAtMs: number;
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly tasks: readonly Task[];
  /** What people told Ballast to do. */
  readonly orders: readonly Order[];
  /** By node id; a node that was not measured has no entry. */
  readonly nodeUsage: Readonly<Record<string, NodeUsage>>;
  /** Names of what was measured besides CPU and memory, as the policy asked for it. */
  readonly others?: readonly string[];
  /** The time over which usage was taken. */
  readonly windowSeconds: number;
  /** By task id; a task too young to be measured over the whole window has no entry. */
  readonly taskUsage: Readonly<Record<string, Resources>>;
  /**
   * By node id: those images that are on the node, of the ones that services without a digest name. A node whose images
   * are not known has no entry.
   */
  readonly images: Readonly<Record<string, readonly string[]>>;
  /** Loads of the past; without points where none is read. */
  readonly history: History;
  readonly inputs: readonly InputReport[];
  /** What is remembered of past moves. */
  readonly memory: Memory;
}

/** Whether what the managers said is whole: enough for an order of a person, which asks for no measurement. */
export function isSwarmKnown({ inputs }: Snapshot): boolean {
  return inputs.some(({ source, doubts }) => source === "swarm" && doubts.length === 0);
}

/** Whether there are inputs and every one is whole and fresh. Anything else is a reason not to act. */
export function isTrusted({ inputs }: Snapshot): boolean {
  return inputs.length > 0 && inputs.every((input) => input.doubts.length === 0);
}
