import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import type { Log } from "../../log.ts";
import { answerBrokenRequests } from "./broken.ts";
import type { WebSecurity } from "./protection.ts";
import { createTlsServer } from "./tls-server.ts";

/** What a server can bear. */
export interface WebServerBounds {
  /** More connections than this are not accepted: each costs memory. */
  readonly maxConnections: number;
  /** Milliseconds without a byte in either direction after which a connection is cut. */
  readonly idleTimeoutMs: number;
}

export interface WebServerParts {
  readonly security: WebSecurity;
  readonly handler: RequestListener;
  readonly bounds: WebServerBounds;
  readonly log: Log;
}

/** Milliseconds. */
const PATIENCE: ServerOptions = {
  /** A client that dawdles with its request. */
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  /** Longer than most scrape intervals, so that a scraper keeps its connection. */
  keepAliveTimeout: 130_000,
};

/**
 * A server that does not listen yet: with TLS if the security asks for it, with bounds on what clients can cost it, and
 * with an answer to what is no request.
 */
export async function createWebServer({ security, handler, bounds, log }: WebServerParts): Promise<Server> {
  const { tls } = security.current();
  const server =
    tls === null
      ? createServer(PATIENCE, handler)
      : await createTlsServer({ tls, security, options: PATIENCE, handler, log });
  server.maxConnections = bounds.maxConnections;
  server.setTimeout(bounds.idleTimeoutMs);
  answerBrokenRequests(server);
  return server;
}
