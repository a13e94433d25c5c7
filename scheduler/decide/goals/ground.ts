import type { Policy } from "../../domain/policy.ts";
import type { Service } from "../../domain/service.ts";
import type { Task } from "../../domain/task.ts";
import type { Board } from "../../engine/board.ts";
import type { NodeView } from "../view.ts";
import type { Kinds } from "./crowd.ts";
import type { Terrain } from "./terrain.ts";

/** The swarm as the search sees it, with what its numbers stand for: a bin is a node, an item a task, a kind a service. */
export interface Ground {
  readonly board: Board;
  readonly terrain: Terrain;
  /** The names of the terrain's resources. */
  readonly resources: readonly string[];
  readonly kinds: Kinds;
  /** By bin. */
  readonly nodes: readonly NodeView[];
  /** By item. */
  readonly tasks: readonly Task[];
  /** By kind. */
  readonly services: readonly Service[];
  readonly policy: Policy;
  /** What an earlier plan set out to mend and may not have finished (`pursuitOf`). */
  readonly pursued: ReadonlySet<string>;
}

/** A name for what a goal mends on a node, by which the next plan knows that an earlier one began it. */
export function pursuitOf(goal: string, resource: string, nodeId: string): string {
  return `${goal} ${resource} ${nodeId}`;
}
