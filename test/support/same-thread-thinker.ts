import type { Policy } from "../../scheduler/domain/policy.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";
import { frameOf, piecesOf } from "../../scheduler/thinker/pieces.ts";
import { answerTo, type Answer, type Unassembled } from "../../scheduler/thinker/question.ts";
import type { Thinker } from "../../scheduler/thinker/thinker.ts";

import { LITTLE_EFFORT } from "./decide-lightly.ts";

/** Answers as the planner's thread does, without one: the same words, taken apart and put together the same way. */
export const SAME_THREAD: Pick<Thinker, "decide" | "recheck"> = {
  async decide(snapshot, policy, nowMs) {
    const answer = await asked(snapshot, { kind: "decide", ...framed(snapshot, policy, nowMs) });
    if (answer.kind !== "decided") throw new Error(JSON.stringify(answer));
    return answer.decision;
  },
  async recheck(snapshot, policy, nowMs, moves) {
    const answer = await asked(snapshot, { kind: "recheck", ...framed(snapshot, policy, nowMs), moves });
    if (answer.kind !== "rechecked") throw new Error(JSON.stringify(answer));
    return answer.rechecked;
  },
};

function framed(snapshot: Snapshot, policy: Policy, nowMs: number) {
  return { snapshot: frameOf(snapshot), policy, nowMs };
}

function asked(snapshot: Snapshot, question: Unassembled): Promise<Answer> {
  return Promise.resolve(answerTo(question, [...piecesOf(snapshot)], () => 0, LITTLE_EFFORT));
}
