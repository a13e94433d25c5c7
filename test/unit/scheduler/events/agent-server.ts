import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { startFakeServer } from "../../../support/fake-server.ts";
import { aNode, NOW } from "../../../support/swarm-builder.ts";
import type { AgentOptions } from "../../../../scheduler/events/agent-client.ts";

/** What an agent tells of its last minute. */
export const MINUTE = {
  now: NOW / 1000,
  interval: 1,
  fields: ["at", "cpu", "memory"],
  node: { name: "worker-1", cores: 4, rows: [[NOW / 1000, 0.5, null]] },
  containers: [{ id: "abc", name: "web.1", service: "web", task: "t1", rows: [[NOW / 1000, 0.25, 1024]] }],
};

export const NODE = aNode("n1", { hostname: "worker-1", address: "127.0.0.1" });

/** A fake agent: it answers as the test says, and knows who is connected. */
export interface FakeAgent {
  readonly port: number;
  readonly asked: readonly { readonly url: string; readonly accept: string }[];
  readonly open: ReadonlySet<ServerResponse>;
}

export async function startFakeAgent(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FakeAgent> {
  const asked: { url: string; accept: string }[] = [];
  const open = new Set<ServerResponse>();
  const http = createServer((request, response) => {
    asked.push({ url: request.url ?? "", accept: request.headers.accept ?? "" });
    open.add(response);
    response.once("close", () => open.delete(response));
    answer(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  after(() => {
    http.close();
    http.closeAllConnections();
  });
  return { port: (http.address() as AddressInfo).port, asked, open };
}

/** A fake Prometheus that scrapes the node `n1` there; what else stands in an answer of it is given. */
export async function prometheusThatScrapes(instance: string): Promise<AgentOptions["prometheus"]> {
  const sample = (at: number, labels: Readonly<Record<string, string>>): object => ({
    metric: { node_id: "n1", ...labels },
    value: [NOW / 1000, String(at)],
  });
  const server = await startFakeServer(({ path, body }) =>
    path === "/api/v1/query" && body.includes("node_meta")
      ? {
          body: {
            status: "success",
            data: {
              resultType: "vector",
              // An agent that was replaced leaves its series behind for a while.
              result: [
                sample(NOW / 1000 - 200, { instance: "192.0.2.1:9880" }),
                sample(NOW / 1000 - 5, { instance }),
                sample(NOW / 1000 - 1, { instance: "192.0.2.2:9880", node_id: "n2" }),
              ],
            },
          },
        }
      : { status: 404, body: {} },
  );
  return { url: `http://127.0.0.1:${server.port}`, timeoutSeconds: 5 };
}

/** Answers a minute, or a stream of one and of so many seconds, which then stays open. */
export function likeAnAgent(seconds: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (request.headers.accept !== "text/event-stream") {
      response
        .writeHead(200, { "Content-Type": "application/json; charset=utf-8" })
        .end(JSON.stringify(MINUTE));
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    response.write(`event: minute\ndata: ${JSON.stringify(MINUTE)}\n\n`);
    for (let each = 0; each < seconds; each += 1) response.write(`event: second\ndata: {"at":${each}}\n\n`);
  };
}
