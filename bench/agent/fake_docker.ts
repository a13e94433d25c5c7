import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import { benchTask, swarmId } from "./task.ts";

/** A fake Docker that knows containers which do not exist; it answers what the agent asks, nothing else. */
export interface FakeDocker {
  stop(): Promise<void>;
}

/** Knows these containers. All have the first process that is given, whose network is then read once for each. */
export async function startFakeDocker(
  socket: string,
  ids: readonly string[],
  pid: number,
): Promise<FakeDocker> {
  const byId = new Map(ids.map((id, index) => [id, inspection(index, pid)]));
  const list = ids.map((Id, index) => ({ Id, State: "running", Labels: benchTask(index).labels }));
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://docker").pathname.replace(/^\/v[\d.]+/, "");
    if (path === "/_ping") response.end("OK");
    else if (path === "/info") send(response, { Name: "node1", Swarm: { NodeID: swarmId("node") } });
    else if (path === "/containers/json") send(response, list);
    else if (path === "/images/json") send(response, []);
    // An open stream in which nothing ever happens.
    else if (path === "/events") response.writeHead(200).flushHeaders();
    else send(response, byId.get(/^\/containers\/([0-9a-f]{64})\/json$/.exec(path)?.[1] ?? ""));
  });
  server.listen(socket);
  await once(server, "listening");
  return {
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function inspection(index: number, pid: number): unknown {
  const { name, labels } = benchTask(index);
  return {
    Name: `/${name}`,
    Config: { Image: `registry.example/team/service:1.${index}`, Labels: labels },
    HostConfig: { NetworkMode: "bridge" },
    State: { Running: true, StartedAt: new Date().toISOString(), Pid: pid },
  };
}

function send(response: ServerResponse, body: unknown): void {
  if (body === undefined) response.writeHead(404).end(JSON.stringify({ message: "no such thing here" }));
  else response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
