import express, { type RequestHandler } from "express";
import { sendProblem } from "../../common/http/problem.ts";

/**
 * Reads a JSON body of at most `limit`. A body that says it is something else is refused: to leave it unread would make
 * an order about one service (`curl -d` sends a form) into one about all.
 */
export function jsonBody(limit: string): readonly RequestHandler[] {
  const onlyJson: RequestHandler = (request, response, next) => {
    const isEmpty = request.get("content-length") === "0";
    if (isEmpty || request.is("application/json") !== false) {
      next();
      return;
    }
    const detail = "send the body with `Content-Type: application/json`";
    // What is left unread of the body must not be taken for the next request.
    response.set("Connection", "close");
    sendProblem(response, { status: 415, title: "No JSON", detail });
  };
  return [onlyJson, express.json({ limit })];
}
