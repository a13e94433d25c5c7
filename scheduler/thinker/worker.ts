import { parentPort } from "node:worker_threads";
import type { Snapshot } from "../domain/snapshot.ts";
import { assembled, type Piece } from "./pieces.ts";
import { answerTo, type Told } from "./question.ts";

/** The planner's thread: the pieces of a question and the question in, an answer out. */
let coming: { readonly id: number; readonly pieces: Piece[] } = { id: 0, pieces: [] };
/** Of the question before. */
let last: Snapshot | null = null;

parentPort?.on("message", (told: Told) => {
  const { id } = told;
  // Of a question that was not told to its end nothing is kept.
  if (id !== coming.id) coming = { id, pieces: [] };
  if ("piece" in told) {
    coming.pieces.push(told.piece);
    return;
  }
  const beganMs = performance.now();
  const { snapshot: frame, ...rest } = told.question;
  const snapshot: Snapshot | null = frame === null ? last : assembled(frame, coming.pieces, last);
  coming = { id, pieces: [] };
  last = snapshot;
  if (snapshot === null) throw new Error("the first question came without a snapshot");
  const answer = answerTo({ ...rest, snapshot }, () => performance.now() - beganMs);
  parentPort?.postMessage({ id, answer });
});
