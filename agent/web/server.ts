import type { ListenAddress } from "../../common/config/types.ts";
import { listenOn, type Readiness, type RunningServer } from "../../common/http/listen.ts";
import type { WebSecurity } from "../../common/http/web/protection.ts";
import { createWebServer, type WebServerBounds } from "../../common/http/web/web-server.ts";
import type { Log } from "../../common/log.ts";
import { createHandler } from "./handler.ts";
import { healthRoute, landingRoute, readinessRoute } from "./pages.ts";
import type { Route } from "./route.ts";

export type { Route } from "./route.ts";

/** What the agent's server is made of; it answers `/`, `/healthz` and `/readyz` besides its routes. */
export interface WebParts {
  readonly listen: ListenAddress;
  readonly security: WebSecurity;
  readonly routes: readonly Route[];
  readonly readiness: () => Readiness;
  readonly log: Log;
}

/** A node has few scrapers. Who takes nothing of an answer for a minute has gone away. */
const BOUNDS: WebServerBounds = { maxConnections: 256, idleTimeoutMs: 60_000 };

/**
 * Starts the agent's server; fails when its address cannot be had. It stands on node:http itself, because the agent
 * runs on every node and a framework would cost a fifth of its memory.
 */
export async function startWebServer(parts: WebParts): Promise<RunningServer> {
  const { listen, security, routes, readiness, log } = parts;
  const handler = createHandler({
    routes: [landingRoute(routes), healthRoute(), readinessRoute(readiness), ...routes],
    security,
    log,
  });
  const server = await createWebServer({ security, handler, bounds: BOUNDS, log });
  return listenOn(server, listen, log);
}
