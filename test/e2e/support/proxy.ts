import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { finished } from "node:stream";

/** A Docker socket proxy that lets a few reads pass, as careful users put before their daemon. */
export interface SocketProxy {
  /** For `--docker.host`. */
  readonly host: string;
  /** Method and path of everything that passed, without its query. */
  readonly passed: ReadonlySet<string>;
  /** The same of everything that was refused. */
  readonly refused: ReadonlySet<string>;
  close(): void;
}

const ALLOWED =
  /^(\/v1\.\d+)?\/(info|_ping|events|images\/json|containers\/json|containers\/[0-9a-f]{64}\/json)$/;

/** Starts one before a daemon's socket, on a free port of the loopback. */
export async function startSocketProxy(socketPath: string): Promise<SocketProxy> {
  const passed = new Set<string>();
  const refused = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "" } = incoming;
    const [path = ""] = url.split("?", 1);
    if (method !== "GET" || !ALLOWED.test(path)) {
      refused.add(`${method} ${path}`);
      outgoing.writeHead(403).end();
      return;
    }
    passed.add(`${method} ${path.replace(/[0-9a-f]{64}/, "ID")}`);
    const asked = request({ socketPath, path: url, headers: { host: "docker" } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // An event stream says nothing for a while: who asked is told at once that it stands.
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    asked.on("error", () => outgoing.destroy());
    finished(outgoing, () => asked.destroy());
    asked.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    refused,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
