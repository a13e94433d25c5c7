import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A proxy before a manager, whose client is told that this very manager leads. */
export interface FlatteringProxy {
  /** For `BALLAST_DOCKER_HOST`. */
  readonly host: string;
  /** How many writes were refused since another one came first. */
  conflicts(): number;
  close(): void;
}

/** Where the writes to one service wait for each other, so that they reach the swarm at the same moment. */
export interface Meeting {
  /** Ends when a second one is there, or when nobody else came in time. */
  arrive(service: string): Promise<void>;
  /** How often two met. */
  met(): number;
}

/** Less than a client waits for an answer: one to whom nobody comes goes on alone. */
const PATIENCE_MS = 4000;

export function createMeeting(): Meeting {
  const waiting = new Map<string, () => void>();
  let met = 0;
  return {
    met: () => met,
    arrive(service) {
      const other = waiting.get(service);
      if (other !== undefined) {
        met += 1;
        other();
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const go = () => {
          clearTimeout(late);
          waiting.delete(service);
          resolve();
        };
        const late = setTimeout(go, PATIENCE_MS);
        waiting.set(service, go);
      });
    },
  };
}

/** Starts one before the daemon of the node with this id, on a free port of the loopback. It passes on whole calls. */
export async function startFlatteringProxy(
  socketPath: string,
  nodeId: string,
  meeting: Meeting,
): Promise<FlatteringProxy> {
  let conflicts = 0;
  const server = createServer((incoming, outgoing) => {
    // Whatever goes wrong between us and the daemon is a cut connection to the client.
    passOn(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function passOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url = "" } = incoming;
    const sent = await buffer(incoming);
    const service = method === "POST" ? /\/services\/([^/]+)\/update/.exec(url)?.[1] : undefined;
    if (service !== undefined) await meeting.arrive(service);
    const { status, type, body } = await ask(socketPath, incoming, sent);
    if (status >= 400 && body.includes("update out of sequence")) conflicts += 1;
    const isNodes = status === 200 && /^(\/v1\.\d+)?\/nodes(\?|$)/.test(url);
    const said = isNodes ? flattered(body, nodeId) : body;
    outgoing.writeHead(status, { "content-type": type, "content-length": said.length });
    outgoing.end(said);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    conflicts: () => conflicts,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Said {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

async function ask(socketPath: string, incoming: IncomingMessage, sent: Buffer): Promise<Said> {
  const { method, url, headers } = incoming;
  const own = { host: "docker", connection: "close", "content-length": sent.length };
  const asked = request({ socketPath, method, path: url, agent: false, headers: { ...headers, ...own } });
  asked.end(sent);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const type = answer.headers["content-type"] ?? "application/json";
  return { status: answer.statusCode ?? 502, type, body: await buffer(answer) };
}

interface ManagerNode {
  readonly ID: string;
  readonly ManagerStatus?: object;
}

/** The list of nodes, with this one as the leader, and no other. */
function flattered(body: Buffer, nodeId: string): Buffer {
  const nodes = JSON.parse(body.toString()) as readonly ManagerNode[];
  const told = nodes.map((node) =>
    node.ManagerStatus === undefined
      ? node
      : { ...node, ManagerStatus: { ...node.ManagerStatus, Leader: node.ID === nodeId } },
  );
  return Buffer.from(JSON.stringify(told));
}
