import type { ServerResponse } from "node:http";
import { sendProblem } from "../../common/http/problem.ts";
import type { Route } from "../web/server.ts";
import { sendText } from "../web/send.ts";
import type { RecentPage } from "./page.ts";
import type { Pulse } from "./pulse.ts";
import { readQuery, type RecentQuery } from "./query.ts";

// Live graphs in a few browsers; a thousand streams would be a load of their own.
const STREAMS_MOST = 16;
// A client that reads slower than the seconds come is let go: what it has not read is old.
const UNREAD_BYTES_MOST = 4_000_000;

/** `GET /v1/recent`: the last minute as JSON, or, for who accepts `text/event-stream`, then one message a second. */
export function createRecentRoute(page: RecentPage, pulse: Pick<Pulse, "onLook">): Route {
  let streams = 0;

  function stream(response: ServerResponse, query: RecentQuery): void {
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
    });
    send(response, "minute", page.minute(query));
    const leave = pulse.onLook(() => {
      if (response.writableLength > UNREAD_BYTES_MOST) response.destroy();
      else send(response, "second", page.second(query));
    });
    streams += 1;
    response.once("close", () => {
      streams -= 1;
      leave();
    });
  }

  return {
    path: "/v1/recent",
    async answer(request, response, url) {
      const query = readQuery(url.searchParams);
      if ("status" in query) {
        sendProblem(response, query);
        return;
      }
      if (request.method === "HEAD" || request.headers.accept?.includes("text/event-stream") !== true) {
        response.setHeader("Cache-Control", "no-store");
        await sendText(request, response, "application/json; charset=utf-8", [page.minute(query)]);
      } else if (streams < STREAMS_MOST) {
        stream(response, query);
      } else {
        const detail = `${STREAMS_MOST} streams are open, which is the most; close one, or ask without text/event-stream`;
        sendProblem(response, { status: 503, title: "Too many streams", detail });
      }
    },
  };
}

function send(response: ServerResponse, event: string, json: string): void {
  response.write(`event: ${event}\ndata: ${json}\n\n`);
}
