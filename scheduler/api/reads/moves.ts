import * as z from "zod";
import { duration } from "../../../common/config/types.ts";
import type { Journal } from "../../journal/journal.ts";
import { MOVE_OUTCOMES } from "../../ports.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { MOVE_RECORD } from "../schemas/swarm.ts";

const DAY_SECONDS = 86_400;
const MOST = 1000;

/** The moves that ended, newest first. */
export function movesEndpoint(journal: Pick<Journal, "moves">, now: () => number): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/moves",
    id: "listMoves",
    summary: "The moves that ended, with how and why, newest first; all of them are in /v1/history",
    role: "viewer",
    query: z.strictObject({
      within: duration().default(DAY_SECONDS).describe("how far back, such as 7d"),
      service: z.string().min(1).optional().describe("only of this one, by name or id"),
      outcome: z.enum(MOVE_OUTCOMES).optional().describe("only those that ended so"),
    }),
    answers: answers({
      200: document(`the moves, ${MOST} at the most`, z.strictObject({ moves: z.array(MOVE_RECORD) })),
    }),
    handle({ query: { within, service, outcome } }) {
      const moves = journal
        .moves(now() - within * 1000)
        .filter(
          (move) =>
            (service === undefined || move.service === service || move.serviceId === service) &&
            (outcome === undefined || move.outcome === outcome),
        );
      return json({ moves: moves.slice(-MOST).toReversed() });
    },
  });
}
