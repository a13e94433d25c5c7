import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Log } from "../log.ts";
import { sendProblem } from "./problem.ts";

export const answerNotFound: RequestHandler = (request, response) => {
  sendProblem(response, {
    status: 404,
    title: "Not found",
    detail: `there is no ${request.method} ${request.path}; see the README for what is`,
  });
};

/** Turns what a route threw into an answer: the caller's fault as 4xx with its message, ours as a logged 500. */
export function answerErrors(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = clientStatus(error);
    if (status !== null) {
      sendProblem(response, {
        status,
        title: "Bad request",
        detail: error instanceof Error ? error.message : String(error),
      });
      return;
    }
    log.error({ err: error, path: request.path }, "request failed");
    sendProblem(response, { status: 500, title: "Internal error", detail: "the log has the cause" });
  };
}

/** Express marks what the body parser refused with the status to answer. */
function clientStatus(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("status" in error)) return null;
  const { status } = error;
  return typeof status === "number" && status >= 400 && status < 500 ? status : null;
}
