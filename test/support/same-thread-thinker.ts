import { assembled, frameOf, piecesOf } from "../../scheduler/thinker/pieces.ts";
import { answerTo } from "../../scheduler/thinker/question.ts";
import { thinkerOn, type Thinker } from "../../scheduler/thinker/thinker.ts";
import { LITTLE_EFFORT } from "./decide-lightly.ts";

/** Answers as the planner's thread does, without one: the same words, taken apart and put together the same way. */
export const SAME_THREAD: Omit<Thinker, "stop"> = thinkerOn(({ snapshot, ...rest }) => {
  const again = assembled(frameOf(snapshot), [...piecesOf(snapshot)]);
  return Promise.resolve(answerTo({ ...rest, snapshot: again }, () => 0, LITTLE_EFFORT));
});
