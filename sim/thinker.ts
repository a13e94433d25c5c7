import { DEFAULT_EFFORT, type Effort } from "../scheduler/decide/search/improve.ts";
import { answerTo } from "../scheduler/thinker/question.ts";
import { thinkerOn, type Thinker } from "../scheduler/thinker/thinker.ts";

/**
 * Answers as the planner's thread does, within this one: the simulated time stands still meanwhile, so no decision is
 * ever late, and the same question has the same answer on any machine.
 */
export function createSimThinker(effort: Effort = DEFAULT_EFFORT): Thinker {
  return {
    ...thinkerOn((question) => Promise.resolve(answerTo(question, () => 0, effort))),
    stop: () => Promise.resolve(),
  };
}
