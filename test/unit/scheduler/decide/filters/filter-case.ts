import assert from "node:assert/strict";
import { contextOf, mayLeave } from "../../../../../scheduler/decide/candidates.ts";
import type { Traveller } from "../../../../../scheduler/decide/filters/filter.ts";
import { profileOf } from "../../../../../scheduler/decide/timeline.ts";
import { viewOf, type NodeView } from "../../../../../scheduler/decide/view.ts";
import type { Policy } from "../../../../../scheduler/domain/policy.ts";
import { NOTHING } from "../../../../../scheduler/domain/resources.ts";
import type { Snapshot } from "../../../../../scheduler/domain/snapshot.ts";
import { deepFreeze } from "../../../../support/deep-freeze.ts";
import { aPolicy, NOW } from "../../../../support/swarm-builder.ts";

/** A question to one filter: may this task leave, or may it stand on this node? */
export interface FilterCase {
  readonly title: string;
  readonly swarm: Snapshot;
  /** `web.1` unless told otherwise. */
  readonly task?: string;
  /** `n2` unless told otherwise. */
  readonly to?: string;
  readonly policy?: Partial<Policy>;
}

export interface RefusalCase extends FilterCase {
  readonly says: RegExp;
}

export interface FilterCases {
  readonly accepts: readonly FilterCase[];
  readonly refuses: readonly RefusalCase[];
}

export interface Question {
  readonly traveller: Traveller;
  readonly target: NodeView;
}

/** Arranges the case as the planner would, and freezes it: a filter that writes to what it is given throws. */
export function questionOf({ swarm, task: taskId = "web.1", to = "n2", policy: wish }: FilterCase): Question {
  const policy = aPolicy(wish);
  const view = viewOf(deepFreeze(swarm));
  const task = swarm.tasks.find((candidate) => candidate.id === taskId);
  const service = task && view.services.get(task.serviceId);
  // Filters of tasks need no target: any node will do.
  const target = view.nodes.get(to) ?? [...view.nodes.values()][0];
  assert.ok(task !== undefined && service !== undefined && target !== undefined, "the case is complete");
  const load = view.usage[task.id] ?? NOTHING;
  const profile = view.profiles.get(task.id) ?? profileOf(load, undefined, undefined, view.timeline);
  const context = contextOf(swarm, policy, NOW);
  return deepFreeze({ traveller: { task, service, view, ...context, load, profile }, target });
}

/** The first task rule that holds the case's task back, or null. */
export function firstTaskRefusal(filterCase: FilterCase): string | null {
  const { view, task, policy, nowMs } = questionOf(filterCase).traveller;
  const answer = mayLeave(view, task, contextOf(filterCase.swarm, policy, nowMs));
  return answer === null || answer.ok ? null : answer.refusal.filter;
}
