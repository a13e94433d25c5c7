import { Router } from "express";
import type { Decision } from "../domain/decision.ts";

/** `GET /v1/plan`: the decision as it would be now, with every node's score and every refusal. Nothing is written. */
export function planRoute(decideNow: () => Promise<Decision>): Router {
  return Router().get("/v1/plan", async (_request, response) => {
    response.json(await decideNow());
  });
}
