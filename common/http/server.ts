import { createServer } from "node:http";
import express, { type Express, type RequestHandler, type Router } from "express";
import type { Registry } from "prom-client";
import type { ListenAddress } from "../config/types.ts";
import type { Log } from "../log.ts";
import { answerErrors, answerNotFound } from "./errors.ts";
import { listenOn, type Readiness, type RunningServer } from "./listen.ts";

/** What a server of ours is made of; every one answers `/metrics`, `/healthz` and `/readyz` besides its routes. */
export interface HttpServerParts {
  /** A registry, or whatever else writes its exposition. */
  readonly registry: Pick<Registry, "metrics"> & { readonly contentType: string };
  readonly readiness: () => Readiness;
  readonly routes: readonly Router[];
  readonly log: Log;
}

/** Starts listening; fails when the address cannot be had. */
export function startHttpServer(listen: ListenAddress, parts: HttpServerParts): Promise<RunningServer> {
  return listenOn(createServer(createApp(parts)), listen, parts.log);
}

/** No answer is a page to be framed, sniffed or kept by others; a page that is one says what it needs. */
const withSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
  });
  next();
};

function createApp({ registry, readiness, routes, log }: HttpServerParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(withSecurityHeaders);
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
