import { after } from "node:test";
import type { RunningServer } from "../../../../common/http/listen.ts";
import { startWebServer, type WebParts } from "../../../../agent/web/server.ts";
import { SILENT } from "../../../support/silent-log.ts";
import { securityOf } from "../../common/http/fixture.ts";

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
