import type { RequestListener } from "node:http";
import express, {
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from "express";
import type { Registry } from "prom-client";
import type { ListenAddress } from "../config/types.ts";
import type { Log } from "../log.ts";
import { refuseOtherOrigins } from "./cross-origin.ts";
import { answerErrors, answerNotFound } from "./errors.ts";
import { withSecurityHeaders } from "./headers.ts";
import { listenOn, type Readiness, type RunningServer } from "./listen.ts";
import { sendProblem } from "./problem.ts";
import { passageOf, type Guard } from "./web/gate.ts";
import type { WebSecurity } from "./web/protection.ts";
import { OPEN } from "./web/security.ts";
import { createWebServer, type WebServerBounds } from "./web/web-server.ts";

/** What a server of ours is made of; every one answers `/metrics`, `/healthz` and `/readyz` besides its routes. */
export interface HttpServerParts {
  /** A registry, or whatever else writes its exposition. */
  readonly registry: Pick<Registry, "metrics"> & { readonly contentType: string };
  readonly readiness: () => Readiness;
  readonly routes: readonly Router[];
  readonly log: Log;
  /** Without it, or null: plain HTTP, and nobody is refused before a route is asked. */
  readonly security?: WebSecurity | null;
  /** Who is let in besides the users that the security knows. */
  readonly guard?: Guard | null;
  /** Instead of those that are sound for most. */
  readonly bounds?: Partial<WebServerBounds>;
}

/**
 * With TLS these connections take some 35 MB. An answer without an end sends something well within the two minutes; to one
 * that is silent for longer, nobody listens any more.
 */
const BOUNDS: WebServerBounds = { maxConnections: 500, idleTimeoutMs: 120_000 };

/** Starts listening; fails when the address cannot be had. */
export async function startHttpServer(listen: ListenAddress, parts: HttpServerParts): Promise<RunningServer> {
  const { log, bounds } = parts;
  const security = parts.security ?? OPEN;
  const app = createApp(parts, security);
  // Express asks nobody of ours where the target is no URL at all, and would answer with a page of its own.
  const handler: RequestListener = (request, response) => {
    app(request as Request, response as Response, () => {
      if (response.headersSent) response.destroy();
      else
        sendProblem(response, {
          status: 400,
          title: "Bad request",
          detail: "what is asked for is no path",
        });
    });
  };
  const server = await createWebServer({ security, handler, bounds: { ...BOUNDS, ...bounds }, log });
  return listenOn(server, listen, log);
}

/** As which user of the web configuration a request was let in; null where none was needed or something else was good. */
export function userOf({ locals }: Pick<Response, "locals">): string | null {
  const { [USER]: user } = locals;
  return typeof user === "string" ? user : null;
}

const USER = "webUser";

function createApp(parts: HttpServerParts, security: WebSecurity): Express {
  const { registry, readiness, routes, log, guard = null } = parts;
  const app = express();
  app.disable("x-powered-by");
  app.use(withSecurityHeaders(security));
  app.use(passing(security, guard));
  app.use(refuseOtherOrigins);
  app.get("/healthz", (_request, response) => {
    response.type("text/plain").send("ok\n");
  });
  app.get("/readyz", (_request, response) => {
    const { ready, reason } = readiness();
    response
      .status(ready ? 200 : 503)
      .type("text/plain")
      .send(`${reason}\n`);
  });
  app.get("/metrics", async (_request, response) => {
    response.set("Content-Type", registry.contentType).send(await registry.metrics());
  });
  for (const router of routes) app.use(router);
  app.use(answerNotFound);
  app.use(answerErrors(log));
  return app;
}

function passing(security: WebSecurity, guard: Guard | null): RequestHandler {
  return async (request, response, next) => {
    const passage = await passageOf(request, security.current(), guard);
    if (passage.problem === null) {
      response.locals[USER] = passage.user;
      next();
      return;
    }
    response.setHeaders(new Map(Object.entries(passage.headers)));
    response.set("Connection", "close");
    sendProblem(response, passage.problem);
  };
}
