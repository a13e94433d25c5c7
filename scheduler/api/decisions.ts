import { Router } from "express";
import type { Journal } from "../journal.ts";

/** `GET /v1/decisions`: the loop's last decisions and what became of them, newest first. */
export function decisionsRoute(journal: Journal): Router {
  return Router().get("/v1/decisions", (_request, response) => {
    response.json({ decisions: journal.entries() });
  });
}
