import type { IncomingMessage } from "node:http";
import { sendText } from "../web/send.ts";
import type { Route } from "../web/server.ts";
import type { MetricsPage } from "./page.ts";
import { CONTENT_TYPE } from "./text.ts";

/** `GET /metrics`. */
export function createMetricsRoute(page: MetricsPage): Route {
  return {
    path: "/metrics",
    async answer(request, response, url) {
      const chunks = await page(scraperOf(request, url));
      await sendText(request, response, CONTENT_TYPE, chunks);
    },
  };
}

/**
 * Who asks: from where and with what, and `?scraper=NAME` for those that look the same, such as two servers behind one
 * address.
 */
function scraperOf({ socket, headers }: IncomingMessage, url: URL): string {
  const parts = [socket.remoteAddress, headers["user-agent"], url.searchParams.get("scraper")];
  return parts.map((part) => part ?? "").join(" ");
}
