import { Router } from "express";
import { count } from "../../common/config/types.ts";
import { sendProblem } from "../../common/http/problem.ts";
import type { Journal } from "../journal/journal.ts";

const DEFAULT_LIMIT = 50;
const MOST = 200;

/** `GET /v1/decisions?limit=N`: the loop's last decisions and what became of them, newest first. */
export function decisionsRoute(journal: Pick<Journal, "entries">): Router {
  return Router().get("/v1/decisions", (request, response) => {
    const limit = count(1, MOST).safeParse(request.query["limit"] ?? DEFAULT_LIMIT);
    if (!limit.success) {
      const detail = `limit: ${limit.error.issues[0]?.message ?? "is invalid"}`;
      sendProblem(response, { status: 400, title: "Bad query", detail });
      return;
    }
    response.json({ decisions: journal.entries().slice(0, limit.data) });
  });
}
