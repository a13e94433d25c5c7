import { parentPort } from "node:worker_threads";
import type { Piece } from "./pieces.ts";
import { answerTo, type Told } from "./question.ts";

/** The planner's thread: the pieces of a question and the question in, an answer out. */
const pieces = new Map<number, Piece[]>();

parentPort?.on("message", (told: Told) => {
  const { id } = told;
  const ofQuestion = pieces.get(id) ?? [];
  if ("piece" in told) {
    pieces.set(id, [...ofQuestion, told.piece]);
    return;
  }
  pieces.delete(id);
  const beganMs = performance.now();
  const answer = answerTo(told.question, ofQuestion, () => performance.now() - beganMs);
  parentPort?.postMessage({ id, answer });
});
