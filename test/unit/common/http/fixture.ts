import { connect } from "node:net";
import { after } from "node:test";
import { text } from "node:stream/consumers";
import { startHttpServer, type HttpServerParts } from "../../../../common/http/server.ts";
import type { Protection, WebSecurity } from "../../../../common/http/web/protection.ts";
import type { Log } from "../../../../common/log.ts";
import { SILENT } from "../../../support/silent-log.ts";

/** A server under test, that stops with the test file. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly stop: (graceMs: number) => Promise<void>;
}

/** Starts one that is open and ready and has no routes of its own, unless told otherwise. */
export async function startHttp(over: Partial<HttpServerParts> = {}): Promise<TestServer> {
  const server = await startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      registry: { contentType: "text/plain; version=0.0.4", metrics: () => Promise.resolve("up 1\n") },
      readiness: () => ({ ready: true, reason: "ready" }),
      routes: [],
      log: SILENT,
      ...over,
    },
  );
  after(() => server.stop(0));
  const { port } = server;
  return { url: `http://127.0.0.1:${port}`, port, stop: (graceMs) => server.stop(graceMs) };
}

/** Security that never changes; open but for what is given. */
export function securityOf(over: Partial<Protection>): WebSecurity {
  const protection: Protection = { tls: null, headers: {}, wait: () => 0, admits: null, ...over };
  return { current: () => protection };
}

/** An `Authorization` header of the scheme Basic. */
export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}

/** Sends bytes as they are and returns all that comes back until the server ends the connection. */
export async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  return text(socket);
}

/** A log that keeps its messages. */
export function keepingLog(): { readonly log: Log; readonly told: string[] } {
  const told: string[] = [];
  const keep = (fields: unknown, message: string): void => {
    told.push(
      `${message} ${JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? value.message : value))}`,
    );
  };
  const log = Object.assign(Object.create(SILENT) as Log, { error: keep, warn: keep, info: keep });
  return { log, told };
}
