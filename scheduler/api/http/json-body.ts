import express, { type Request, type RequestHandler, type Response } from "express";
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
      if (status === null && error === undefined && isUnread(request)) {
        refuse(response, { status: 400, title: "Unreadable body", detail: "body: it did not come whole" });
        return;
      }
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

/**
 * Whether a body was announced and not read. Of a connection that broke before the parser's turn came, it says nothing,
 * and an order about one service would become one about all.
 */
function isUnread(request: Request): boolean {
  const { body } = request as { readonly body?: unknown };
  return (
    body === undefined && request.get("content-length") !== "0" && request.is("application/json") !== null
  );
}

/** The parser marks what the caller did wrong with the status to answer. */
function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("status" in error)) return null;
  const { status } = error;
  return typeof status === "number" && status >= 400 && status < 500 ? status : null;
}
