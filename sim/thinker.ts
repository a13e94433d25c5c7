import { DEFAULT_EFFORT, type Effort } from "../scheduler/decide/search/improve.ts";
import type { Policy } from "../scheduler/domain/policy.ts";
import type { Snapshot } from "../scheduler/domain/snapshot.ts";
import { frameOf, piecesOf } from "../scheduler/thinker/pieces.ts";
import { answerTo, type Answer } from "../scheduler/thinker/question.ts";
import type { Thinker } from "../scheduler/thinker/thinker.ts";

/**
 * Answers as the planner's thread does, within this one: the simulated time stands still meanwhile, so no decision is
 * ever late, and the same question has the same answer on any machine.
 */
export function createSimThinker(effort: Effort = DEFAULT_EFFORT): Thinker {
  const framed = (snapshot: Snapshot, policy: Policy, nowMs: number) => ({
    snapshot: frameOf(snapshot),
    policy,
    nowMs,
  });
  const ask = (snapshot: Snapshot, asked: Parameters<typeof answerTo>[0]): Answer => {
    const answer = answerTo(asked, [...piecesOf(snapshot)], () => 0, effort);
    if (answer.kind === "failed") throw new Error(`the planner failed: ${answer.reason}`);
    return answer;
  };
  return {
    async decide(snapshot, policy, nowMs) {
      const answer = ask(snapshot, { kind: "decide", ...framed(snapshot, policy, nowMs) });
      if (answer.kind !== "decided") throw new Error(answer.kind);
      return Promise.resolve(answer.decision);
    },
    async recheck(snapshot, policy, nowMs, moves) {
      const answer = ask(snapshot, { kind: "recheck", ...framed(snapshot, policy, nowMs), moves });
      if (answer.kind !== "rechecked") throw new Error(answer.kind);
      return Promise.resolve(answer.rechecked);
    },
    async explain(snapshot, policy, nowMs, subject) {
      const answer = ask(snapshot, { kind: "explain", ...framed(snapshot, policy, nowMs), subject });
      if (answer.kind !== "explained") throw new Error(answer.kind);
      return Promise.resolve(answer.explanation);
    },
    stop: () => Promise.resolve(),
  };
}
