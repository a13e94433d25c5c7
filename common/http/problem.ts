import type { ServerResponse } from "node:http";

/** The media type of an error answer. */
export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** An error answer as RFC 9457 has it. `detail` names the place and the mend. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Each fault with its place in the request, where there may be several. */
  readonly errors?: readonly { readonly place: string; readonly detail: string }[];
}

/** The document of a problem, as it goes over the wire. */
export function problemDocument(problem: Problem): string {
  return JSON.stringify({ type: "about:blank", ...problem });
}

/** Sends a problem document. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const document = problemDocument(problem);
  response.writeHead(problem.status, {
    "Content-Type": PROBLEM_TYPE,
    "Content-Length": Buffer.byteLength(document),
  });
  response.end(document);
}
