import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { problemDocument, PROBLEM_TYPE, type Problem } from "../problem.ts";

/** What no request could be read from is answered with a problem document, where an answer can still be read. */
export function answerBrokenRequests(server: Server): void {
  const answering = new WeakSet<Duplex>();
  server.on("request", ({ socket }, response) => {
    answering.add(socket);
    response.once("close", () => answering.delete(socket));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const problem = problemOf(error.code ?? "");
    // In the middle of an answer to an earlier request of the same connection, another one would garble it.
    if (problem === null || !socket.writable || answering.has(socket)) {
      socket.destroy();
      return;
    }
    socket.end(asText(problem), () => socket.destroy());
  });
}

/** Null for what went wrong below HTTP: a broken connection or handshake. */
function problemOf(code: string): Problem | null {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return {
        status: 408,
        title: "Request Timeout",
        detail: "the request did not come in time; send it at once",
      };
    case "HPE_HEADER_OVERFLOW":
      return {
        status: 431,
        title: "Request Header Fields Too Large",
        detail: "the headers are too long; send fewer or shorter ones",
      };
    default:
      return code.startsWith("HPE_")
        ? { status: 400, title: "Bad Request", detail: "this is no HTTP/1.1 request that can be read" }
        : null;
  }
}

function asText(problem: Problem): string {
  const document = problemDocument(problem);
  return [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    "Connection: close",
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(document)}`,
    "",
    document,
  ].join("\r\n");
}
