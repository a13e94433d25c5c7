import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express, type Router } from "express";
import type { Registry } from "prom-client";
import type { ListenAddress } from "../config/types.ts";
import type { Log } from "../log.ts";
import { answerErrors, answerNotFound } from "./problem.ts";

/** Whether the process can do its work now, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
}

/** What a server of ours is made of; every one answers `/metrics`, `/healthz` and `/readyz` besides its routes. */
export interface HttpServerParts {
  /** A registry, or whatever else writes its exposition. */
  readonly registry: Pick<Registry, "metrics"> & { readonly contentType: string };
  readonly readiness: () => Readiness;
  readonly routes: readonly Router[];
  readonly log: Log;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Stops accepting, lets answers under way finish for at most `graceMs`, then cuts the rest. */
  stop(graceMs: number): Promise<void>;
}

/** Starts listening; fails when the address cannot be had. */
export async function startHttpServer(listen: ListenAddress, parts: HttpServerParts): Promise<RunningServer> {
  const server = createServer(createApp(parts));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: listen.port, ...(listen.host === "" ? {} : { host: listen.host }) }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  parts.log.info({ port }, "listening");
  return { port, stop: (graceMs) => stopServer(server, graceMs) };
}

function createApp({ registry, readiness, routes, log }: HttpServerParts): Express {
  const app = express();
  app.disable("x-powered-by");
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

async function stopServer(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
