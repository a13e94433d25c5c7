import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { ListenAddress } from "../config/types.ts";
import type { Log } from "../log.ts";

/** Whether the process can do its work now, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Stops accepting, lets answers under way finish for at most `graceMs`, then cuts the rest. */
  stop(graceMs: number): Promise<void>;
}

/** Starts listening; fails when the address cannot be had. */
export async function listenOn(server: Server, listen: ListenAddress, log: Log): Promise<RunningServer> {
  const sockets = socketsOf(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: listen.port, ...(listen.host === "" ? {} : { host: listen.host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // Of a server that listens, this is a connection that could not be accepted: one of many, not the end.
  server.on("error", (error) => {
    log.warn({ err: error }, "cannot accept a connection");
  });
  const { port } = server.address() as AddressInfo;
  log.info({ port }, "listening");
  return { port, stop: (graceMs) => stopServer(server, sockets, graceMs) };
}

/** All that are open: the server itself does not know those whose TLS handshake is under way, but waits for them. */
function socketsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

async function stopServer(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
