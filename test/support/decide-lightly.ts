import { decide } from "../../scheduler/decide/decide.ts";
import { DEFAULT_EFFORT, type Effort } from "../../scheduler/decide/search/improve.ts";
import type { Decision } from "../../scheduler/domain/decision.ts";
import type { Policy } from "../../scheduler/domain/policy.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";

/** Hardly any refinement of the first answer. */
export const LITTLE_EFFORT: Effort = { ...DEFAULT_EFFORT, refinement: 2000, runs: 6 };

/** A decision with little refinement, for properties that hold of any plan and are tried by the hundred. */
export function decideLightly(snapshot: Snapshot, policy: Policy, nowMs: number): Decision {
  return decide(snapshot, policy, nowMs, LITTLE_EFFORT);
}
