import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Router } from "express";
import type { Journal } from "../journal/journal.ts";

/** `GET /v1/history`: the whole journal as JSON lines, oldest first: decisions, moves, verdicts. */
export function historyRoute(journal: Pick<Journal, "lines">): Router {
  return Router().get("/v1/history", async (_request, response) => {
    response.type("application/x-ndjson");
    await pipeline(Readable.from(ended(journal.lines())), response).catch(ignoreLeaving);
  });
}

/** `GET /v1/prices`: what moving each service costs, as learned. */
export function pricesRoute(journal: Pick<Journal, "prices">): Router {
  return Router().get("/v1/prices", (_request, response) => {
    response.json({ prices: journal.prices() });
  });
}

function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

/** A reader that goes away in the middle is no fault. */
function ignoreLeaving(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE"))
    throw error;
}
