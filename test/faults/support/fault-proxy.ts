import { once } from "node:events";
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What can befall a call between a client of Docker and its daemon. */
export const PROXY_FAULTS = ["kill", "error500", "timeout", "conflict", "stale", "cut"] as const;
export type ProxyFault = (typeof PROXY_FAULTS)[number];

/** What a daemon said. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One call of the Docker API. */
export interface Call {
  /** From 1, in the order in which they came. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly kind: "read" | "write";
  /** Method and path, without the API's version, with ID for every id, and without the query. */
  readonly what: string;
  /** The id of the one service that the call is about; null when it is about none or about several. */
  readonly service: string | null;
  /** What was sent with it. */
  readonly body: string;
  /** What the daemon said to it; null while it has not, or was not asked. */
  readonly answer: Answer | null;
}

/**
 * What is to befall one call, once: the first that is meant.
 *
 * - `before`: the daemon never sees the call. `after`: it has carried it out, and its answer is lost or replaced.
 * - `kill`: the client is killed. `error500`: it is told of an error. `timeout`: it is never answered. `cut`: its
 *   connection is. `conflict`: another client writes to the service, right before the daemon sees the call or right after.
 * - `stale`: the daemon is not asked; the answer is the one that the same read had before the last write that passed.
 *   A read without such an answer is let through, and the next one is looked at.
 */
export interface Arming {
  /** The call's number, or how to know it; `earlier` are the calls before it. */
  readonly call: number | ((call: Call, earlier: readonly Call[]) => boolean);
  readonly when: "before" | "after";
  readonly fault: ProxyFault;
}

/** A call that was struck. */
export interface Hit {
  readonly call: Call;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** An armed fault. */
export interface Armed {
  /** Null until it struck. */
  hit(): Hit | null;
}

/** What the proxy cannot do by itself. */
export interface FaultHooks {
  /** Kills the client. */
  kill(): void;
  /** Writes something harmless to the service, as its owner might. */
  ownerWrites(service: string): Promise<void>;
}

export interface FaultProxy {
  /** For `BALLAST_DOCKER_HOST`. */
  readonly host: string;
  /** For dockerode. */
  readonly port: number;
  /** Every call so far. */
  readonly calls: readonly Call[];
  arm(arming: Arming): Armed;
  /** Takes back what has not struck yet. */
  disarm(): void;
  close(): void;
}

interface Exchange {
  readonly call: Call;
  readonly url: string;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

interface Waiting {
  readonly arming: Arming;
  hit: Hit | null;
}

/** Starts a proxy before a daemon's socket, on a free port of the loopback. It passes on whole calls, no streams. */
export async function startFaultProxy(socketPath: string, hooks: FaultHooks): Promise<FaultProxy> {
  const calls: Call[] = [];
  const waiting = new Set<Waiting>();
  const past = createPast();

  const server = createServer((incoming, outgoing) => {
    // Whatever goes wrong between us and the daemon is a cut connection to the client.
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url = "" } = incoming;
    const body = (await buffer(incoming)).toString();
    const call: Call = {
      ...described(method, url),
      number: calls.length + 1,
      atMs: Date.now(),
      body,
      answer: null,
    };
    const arming = struck(call, url);
    calls.push(call);
    const exchange: Exchange = { call, url, incoming, outgoing };
    if (arming === null) answerWith(outgoing, await carryOut(exchange));
    else await strike(arming, exchange);
  }

  function struck(call: Call, url: string): Arming | null {
    for (const entry of waiting) {
      const { call: meant, fault } = entry.arming;
      const isMeant = typeof meant === "number" ? meant === call.number : meant(call, calls);
      if (!isMeant || (fault === "stale" && past.of(url) === null)) continue;
      waiting.delete(entry);
      entry.hit = { call, atMs: Date.now() };
      return entry.arming;
    }
    return null;
  }

  async function carryOut({ call, url, incoming }: Exchange): Promise<Answer> {
    const answer = await ask(socketPath, incoming, url, call.body);
    calls[call.number - 1] = { ...call, answer };
    past.note(call, url, answer);
    return answer;
  }

  async function strike({ when, fault }: Arming, exchange: Exchange): Promise<void> {
    const { call, url, incoming, outgoing } = exchange;
    if (fault === "stale") {
      answerWith(outgoing, past.of(url) ?? (await carryOut(exchange)));
      return;
    }
    const answer = when === "after" ? await carryOut(exchange) : null;
    switch (fault) {
      case "kill":
        hooks.kill();
        incoming.socket.destroy();
        return;
      case "error500":
        outgoing.writeHead(500, { "content-type": "application/json" });
        outgoing.end(JSON.stringify({ message: `a fault of the tests ${when} the call` }));
        return;
      case "timeout":
        return;
      case "cut":
        incoming.socket.destroy();
        return;
      case "conflict":
        if (call.service !== null) await hooks.ownerWrites(call.service);
        answerWith(outgoing, answer ?? (await carryOut(exchange)));
        return;
    }
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: `tcp://127.0.0.1:${port}`,
    port,
    calls,
    arm(arming) {
      const entry: Waiting = { arming, hit: null };
      waiting.add(entry);
      return { hit: () => entry.hit };
    },
    disarm: () => {
      waiting.clear();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Past {
  /** What the same read was told before the last write that passed; null when it was not asked then. */
  of(url: string): Answer | null;
  note(call: Call, url: string, answer: Answer): void;
}

/** What reads were told, up to the last write to what they read. */
function createPast(): Past {
  const latest = new Map<string, { readonly call: Call; readonly answer: Answer }>();
  const old = new Map<string, Answer>();
  return {
    of: (url) => old.get(unversioned(url)) ?? null,
    note(call, url, answer) {
      if (answer.status >= 300) return;
      if (call.kind === "read") {
        latest.set(unversioned(url), { call, answer });
        return;
      }
      for (const [key, read] of latest) {
        if (read.call.service === null || read.call.service === call.service) old.set(key, read.answer);
      }
    },
  };
}

function described(method: string, url: string): Pick<Call, "kind" | "what" | "service"> {
  const { pathname, searchParams } = new URL(unversioned(url), "http://docker");
  return {
    kind: method === "GET" || method === "HEAD" ? "read" : "write",
    what: `${method} ${pathname.replaceAll(/(?<=\/)([0-9a-z]{25}|[0-9a-f]{64})(?=\/|$)/g, "ID")}`,
    service: /^\/services\/([0-9a-z]{25})(\/|$)/.exec(pathname)?.[1] ?? serviceAskedFor(searchParams),
  };
}

function serviceAskedFor(query: URLSearchParams): string | null {
  try {
    const { service } = JSON.parse(query.get("filters") ?? "{}") as { readonly service?: unknown };
    return Array.isArray(service) && service.length === 1 ? String(service[0]) : null;
  } catch {
    return null;
  }
}

function unversioned(url: string): string {
  return url.replace(/^\/v1\.\d+(?=\/)/, "");
}

async function ask(
  socketPath: string,
  incoming: IncomingMessage,
  url: string,
  body: string,
): Promise<Answer> {
  const { method, headers } = incoming;
  const asked = request({
    socketPath,
    method,
    path: url,
    // A connection of its own: one that the daemon closed meanwhile would be a fault that nobody armed.
    agent: false,
    headers: { ...headers, host: "docker", connection: "close", "content-length": Buffer.byteLength(body) },
  });
  asked.end(body);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
}

/** What is said of one connection, and not of the answer. */
const OF_THE_CONNECTION = ["connection", "transfer-encoding"];

function answerWith(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  outgoing.writeHead(status, { ...Object.fromEntries(kept), "content-length": body.length });
  outgoing.end(body);
}
