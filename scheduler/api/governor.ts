import { Router } from "express";
import type { GovernorState } from "../govern/admit.ts";
import type { JournalState } from "../journal/journal.ts";

/** What holds Ballast back, and how its memory fares. */
export interface Standing {
  readonly governor: GovernorState;
  readonly journal: JournalState;
}

/** `GET /v1/governor`: breaker, pace, windows, outage, and the state of the journal that they are read off. */
export function governorRoute(standing: () => Promise<Standing>): Router {
  return Router().get("/v1/governor", async (_request, response) => {
    response.json(await standing());
  });
}
