import { createServer, type ServerOptions } from "node:http";
import type { ListenAddress } from "../../common/config/types.ts";
import { listenOn, type Readiness, type RunningServer } from "../../common/http/listen.ts";
import type { Log } from "../../common/log.ts";
import { answerBrokenRequests } from "./broken.ts";
import { createHandler } from "./handler.ts";
import { healthRoute, landingRoute, readinessRoute } from "./pages.ts";
import type { Route } from "./route.ts";
import type { WebSecurity } from "./protection.ts";
import { createTlsServer } from "./tls_server.ts";

export type { Route } from "./route.ts";

/** What the agent's server is made of; it answers `/`, `/healthz` and `/readyz` besides its routes. */
export interface WebParts {
  readonly listen: ListenAddress;
  readonly security: WebSecurity;
  readonly routes: readonly Route[];
  readonly readiness: () => Readiness;
  readonly log: Log;
}

/** More connections than this are not accepted: each costs memory, and a node has few scrapers. */
const MAX_CONNECTIONS = 256;

/** Milliseconds. */
const PATIENCE: ServerOptions = {
  /** A client that dawdles with its request. */
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  /** Longer than most scrape intervals, so that a scraper keeps its connection. */
  keepAliveTimeout: 130_000,
};

/** A client that takes nothing of an answer for this long has gone away. */
const IDLE_TIMEOUT_MS = 60_000;

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
  const { tls } = security.current();
  const server =
    tls === null
      ? createServer(PATIENCE, handler)
      : await createTlsServer({ tls, security, options: PATIENCE, handler, log });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  answerBrokenRequests(server);
  return listenOn(server, listen, log);
}
