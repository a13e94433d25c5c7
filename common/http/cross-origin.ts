import type { Request, RequestHandler } from "express";
import { sendProblem } from "./problem.ts";

/** Requests that change nothing, and whose answers no other origin's page can read. */
const SAFE: readonly string[] = ["GET", "HEAD"];

/**
 * Cross-origin resource sharing is off: no answer lets another origin in, and the question for it is refused. And since a
 * browser that knows a password sends it wherever any page has it send a request, one that might change something is
 * refused unless it comes from a page of ours, or from no browser.
 */
export const refuseOtherOrigins: RequestHandler = (request, response, next) => {
  if (request.method === "OPTIONS") {
    response.set("Allow", "GET, HEAD, POST");
    const detail = "nothing is shared with other origins, so there is no preflight; ask directly";
    sendProblem(response, { status: 405, title: "Method not allowed", detail });
  } else if (SAFE.includes(request.method) || isOfNoOtherOrigin(request)) {
    next();
  } else {
    response.set("Connection", "close");
    const detail = "a browser sent this for a page of another origin; send it from a program";
    sendProblem(response, { status: 403, title: "Another origin", detail });
  }
};

/** By `Sec-Fetch-Site`, which pages cannot set; browsers send it over TLS, and `Origin` with every POST. */
function isOfNoOtherOrigin(request: Request): boolean {
  const site = request.get("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = request.get("origin");
  return origin === undefined || URL.parse(origin)?.host === request.get("host");
}
