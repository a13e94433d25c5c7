import type { ServerResponse } from "node:http";
import type { Readiness } from "../../common/http/listen.ts";
import { readVersion } from "../version.ts";
import type { Route } from "./route.ts";

/** `/`: what there is to see, for people. */
export function landingRoute(routes: readonly Route[]): Route {
  const page = landingPage(["/healthz", "/readyz", ...routes.map(({ path }) => path)].sort());
  return {
    path: "/",
    answer: (_request, response) => {
      sendShort(response, 200, "text/html; charset=utf-8", page);
    },
  };
}

/** `/healthz`: the process runs. */
export function healthRoute(): Route {
  return {
    path: "/healthz",
    answer: (_request, response) => {
      sendShort(response, 200, PLAIN, "ok\n");
    },
  };
}

/** `/readyz`: whether it can do its work, and if not, why. */
export function readinessRoute(readiness: () => Readiness): Route {
  return {
    path: "/readyz",
    answer: (_request, response) => {
      const { ready, reason } = readiness();
      sendShort(response, ready ? 200 : 503, PLAIN, `${reason}\n`);
    },
  };
}

const PLAIN = "text/plain; charset=utf-8";

function sendShort(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

function landingPage(paths: readonly string[]): string {
  const links = paths.map((path) => `<li><a href="${path}">${path}</a></li>`);
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    '<head><meta charset="utf-8"><title>Ballast agent</title></head>',
    "<body>",
    "<h1>Ballast agent</h1>",
    `<p>Version ${readVersion()}. What this node looks like, for Prometheus.</p>`,
    `<ul>${links.join("")}</ul>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}
