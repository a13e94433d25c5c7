import { Router } from "express";
import type { Observe } from "../observe/observer.ts";

/** `GET /v1/snapshot`: everything a decision would know now. */
export function snapshotRoute(observe: Observe): Router {
  return Router().get("/v1/snapshot", async (_request, response) => {
    const { snapshot } = await observe();
    response.json(snapshot);
  });
}
