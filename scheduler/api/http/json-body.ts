import express, { type RequestHandler, type Response } from "express";
import type { Problem } from "../../../common/http/problem.ts";

/**
 * Reads a JSON body of at most `limit` bytes. A body that says it is something else is refused: to leave it unread would
 * make an order about one service (`curl -d` sends a form) into one about all. So is one that cannot be read.
 */
export function jsonBody(
  limit: number,
  refuse: (response: Response, problem: Problem) => void,
): readonly RequestHandler[] {
  const onlyJson: RequestHandler = (request, response, next) => {
    const isEmpty = request.get("content-length") === "0";
    if (isEmpty || request.is("application/json") !== false) {
      next();
      return;
    }
    const detail = "send the body with `Content-Type: application/json`";
    refuse(response, { status: 415, title: "No JSON", detail });
  };
  const parse: RequestHandler = express.json({ limit });
  const readable: RequestHandler = (request, response, next) => {
    void parse(request, response, (error?: unknown) => {
      const status = statusOf(error);
      if (status === null) {
        next(error);
        return;
      }
      const detail = error instanceof Error ? error.message : String(error);
      refuse(response, { status, title: "Unreadable body", detail: `body: ${detail}` });
    });
  };
  return [onlyJson, readable];
}

/** The parser marks what the caller did wrong with the status to answer. */
function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("status" in error)) return null;
  const { status } = error;
  return typeof status === "number" && status >= 400 && status < 500 ? status : null;
}
