import type { Verdict } from "../../domain/decision.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Resources } from "../../domain/resources.ts";
import type { Service } from "../../domain/service.ts";
import type { Task } from "../../domain/task.ts";
import type { Profile } from "../timeline.ts";
import type { NodeView, View } from "../view.ts";

/** A task that might leave its node, with all a rule may ask about. */
export interface Candidate {
  readonly task: Task;
  readonly service: Service;
  readonly view: View;
  readonly policy: Policy;
  readonly nowMs: number;
}

/** A hard rule on whether a task may be moved at all. */
export interface TaskFilter {
  /** Stable: it is a metric's label. */
  readonly name: string;
  /** Whether it gives way when a person has asked for the node to be emptied: it guards what Ballast does by itself. */
  readonly yieldsToDrain?: true;
  check(candidate: Candidate): Verdict;
}

/** A candidate whose load is known. */
export interface Traveller extends Candidate {
  /** At present. */
  readonly load: Resources;
  /** Over time. */
  readonly profile: Profile;
}

/** A hard rule on whether a task may stand on a given node. */
export interface TargetFilter {
  /** Stable: it is a metric's label. */
  readonly name: string;
  /** Whether its answer depends on the service and the node alone, not on which tasks stand where. */
  readonly isStanding?: true;
  /** Whether it only prefers other targets when a person has asked for the node to be emptied: Swarm would not mind. */
  readonly yieldsToDrain?: true;
  check(traveller: Traveller, target: NodeView): Verdict;
  /** The same without words, for filters whose words take time: the search asks by the thousand. */
  allows?(traveller: Traveller, target: NodeView): boolean;
}

export const OK: Verdict = { ok: true };

/** A refusal, in words that name the obstacle and, where there is one, the mend. */
export function refuse(detail: string): Verdict {
  return { ok: false, detail };
}
