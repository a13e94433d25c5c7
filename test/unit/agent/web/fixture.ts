import { connect } from "node:net";
import { after } from "node:test";
import { text } from "node:stream/consumers";
import type { RunningServer } from "../../../../common/http/listen.ts";
import type { Log } from "../../../../common/log.ts";
import type { Protection, WebSecurity } from "../../../../agent/web/protection.ts";
import { startWebServer, type WebParts } from "../../../../agent/web/server.ts";
import { SILENT } from "../../../support/silent-log.ts";

/** A server under test, that stops with the test file. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
}

/** Starts one that is open and ready, unless told otherwise. */
export async function startWeb(over: Partial<WebParts> = {}): Promise<TestServer> {
  const server: RunningServer = await startWebServer({
    listen: { host: "127.0.0.1", port: 0 },
    security: securityOf({}),
    routes: [],
    readiness: () => ({ ready: true, reason: "ready" }),
    log: SILENT,
    ...over,
  });
  after(() => server.stop(0));
  return { url: `http://127.0.0.1:${server.port}`, port: server.port };
}

/** Security that never changes; open but for what is given. */
export function securityOf(over: Partial<Protection>): WebSecurity {
  const protection: Protection = { tls: null, headers: {}, takes: () => true, admits: null, ...over };
  return { current: () => protection };
}

/** Sends bytes as they are and returns all that comes back until the server ends the connection. */
export async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  return text(socket);
}

/** A log that keeps its errors' messages. */
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
