import type { RequestListener, ServerOptions } from "node:http";
import type { Server } from "node:https";
import type { Log } from "../../log.ts";
import type { TlsProtection, WebSecurity } from "./protection.ts";

/** What a server with TLS is made of. */
export interface TlsServerParts {
  /** The protection to begin with. */
  readonly tls: TlsProtection;
  readonly security: WebSecurity;
  readonly options: ServerOptions;
  readonly handler: RequestListener;
  readonly log: Log;
}

/** A client that dawdles with its handshake costs a connection. */
const HANDSHAKE_MS = 10_000;

/** A server whose certificate and rules are those of the moment at which a connection comes. */
export async function createTlsServer(parts: TlsServerParts): Promise<Server> {
  const { security, options, handler, log } = parts;
  // Here and not above: who speaks no TLS does without its memory too.
  const { createServer } = await import("node:https");
  let held = parts.tls;
  const server = createServer({ ...options, ...held.options, handshakeTimeout: HANDSHAKE_MS }, handler);
  server.prependListener("connection", () => {
    const { tls } = security.current();
    if (tls === null || tls === held) return;
    held = tls;
    server.setSecureContext(tls.options);
    // Not part of the context, and read from the server for each connection.
    const { requestCert, rejectUnauthorized } = tls.options;
    Object.assign(server, { requestCert, rejectUnauthorized });
  });
  // Before the listener of node:https, which would begin to read requests.
  server.prependListener("secureConnection", (socket) => {
    const refusal = held.refusal(socket);
    if (refusal === null) return;
    log.debug({ refusal }, "refused a client's certificate");
    socket.destroy();
  });
  return server;
}
