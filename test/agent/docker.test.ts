import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { waitFor } from "../../lab/wait.ts";
import { startAgentProcess } from "../support/agent-process.ts";
import { scrape, valueOf, type Series } from "../support/exposition.ts";

const CONTAINER = "7c".repeat(32);
const LABELS = { "com.docker.swarm.service.name": "web", "com.docker.swarm.task.name": "web.1.x" };
// When the container that runs was started, in seconds since the epoch.
const STARTED = 1_700_000_000;
const ALLOWED = /^\/(info|_ping|events|images\/json|containers\/json|containers\/[0-9a-f]{64}\/json)$/;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A daemon that answers as a test wants it to: what real ones do too seldom. */
class FakeDaemon {
  readonly asked = new Set<string>();
  readonly socket: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "ballast-fake-daemon-"));
  readonly #server: Server;
  answers: Readonly<Record<string, Answer>> = HEALTHY;

  constructor() {
    this.socket = join(this.#folder, "docker.sock");
    this.#server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://docker").pathname;
      this.asked.add(`${request.method ?? ""} ${path}`);
      const key = path.endsWith(`${CONTAINER}/json`) ? "inspect" : path;
      (this.answers[key] ?? refuse)(request, response);
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(this.socket);
    await once(this.#server, "listening");
  }

  cutAll(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cutAll();
    await once(this.#server, "close");
    rmSync(this.#folder, { recursive: true });
  }
}

function json(value: unknown): Answer {
  return (_request, response) => {
    response.end(JSON.stringify(value));
  };
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(403).end("forbidden by the proxy");
}

function hang(): void {
  // No answer, as from a daemon that was stopped.
}

function event(action: string, at: number, more: object = {}): string {
  const actor = { ID: CONTAINER, Attributes: { ...LABELS, ...more } };
  return `${JSON.stringify({ Type: "container", Action: action, Actor: actor, timeNano: at * 1e9 })}\n`;
}

const HEALTHY: Readonly<Record<string, Answer>> = {
  "/info": json({ Name: "fake-node", Swarm: { NodeID: "n1" } }),
  "/_ping": json("OK"),
  "/containers/json": json([{ Id: CONTAINER, State: "running", Labels: LABELS }]),
  "/events": (_request, response) => {
    response.write("{ this is no JSON\n");
    response.write(event("oom", STARTED - 2));
    response.write(event("die", STARTED - 1, { exitCode: "137" }));
    response.write(event("start", STARTED));
  },
  inspect: json({
    Name: "/web.1.x",
    Config: { Image: "web", Labels: LABELS },
    HostConfig: { NetworkMode: "bridge" },
    State: {
      StartedAt: new Date(STARTED * 1000).toISOString(),
      Pid: 0,
      Running: true,
      ExitCode: 0,
      FinishedAt: "",
    },
  }),
};

describe("an agent beside a daemon that misbehaves", () => {
  const daemon = new FakeDaemon();
  before(() => daemon.listen());
  after(async () => {
    await daemon.close();
  });

  async function withAgent(
    test: (look: () => Promise<readonly Series[]>, log: readonly string[]) => Promise<void>,
  ) {
    const agent = await startAgentProcess([`--docker.host=unix://${daemon.socket}`, "--sample.max-age=0s"]);
    try {
      await test(() => scrape(agent.url), agent.log);
    } finally {
      await agent.stop();
    }
  }

  it("counts what events tell, passes over garbage, and asks for nothing but what it needs", async () => {
    daemon.answers = HEALTHY;
    await withAgent(async (look) => {
      const series = await waitFor("the events to be counted", async () => {
        const found = await look();
        return valueOf(found, "ballast_service_restarts_total", { service: "web" }) === 1 ? found : undefined;
      });
      assert.equal(valueOf(series, "ballast_service_oom_kills_total", { service: "web" }), 1);
      assert.equal(valueOf(series, "ballast_service_exits_total", { service: "web", code: "137" }), 1);
      assert.equal(valueOf(series, "ballast_agent_docker_up"), 1);
    });
    for (const asked of daemon.asked) {
      const [method, path = ""] = asked.split(" ");
      assert.equal(method, "GET");
      assert.match(path, ALLOWED);
    }
  });

  it("counts once what a daemon repeats after its stream broke, and counts the gap", async () => {
    daemon.answers = HEALTHY;
    await withAgent(async (look) => {
      await waitFor("the events", async () => valueOf(await look(), "ballast_service_restarts_total") === 1);
      daemon.cutAll();
      const series = await waitFor("the resynchronisation", async () => {
        const found = await look();
        return valueOf(found, "ballast_agent_docker_resyncs_total") === 1 ? found : undefined;
      });
      assert.equal(valueOf(series, "ballast_agent_docker_event_gaps_total"), 1);
      assert.equal(valueOf(series, "ballast_service_oom_kills_total"), 1);
      assert.equal(valueOf(series, "ballast_service_restarts_total"), 1);
    });
  });

  it("goes on with the host's figures when nothing answers, and says that Docker does not", async () => {
    daemon.answers = {
      "/info": hang,
      "/_ping": hang,
      "/containers/json": hang,
      "/events": hang,
      inspect: hang,
    };
    await withAgent(async (look) => {
      const series = await look();
      assert.equal(valueOf(series, "ballast_agent_docker_up"), 0);
      assert.ok(series.some(({ name }) => name === "node_cpu_seconds_total"));
    });
  });

  it("does without what a proxy refuses, and tells it once", async () => {
    daemon.answers = { ...HEALTHY, "/info": refuse, "/events": refuse };
    await withAgent(async (look, log) => {
      const series = await waitFor("the list", async () => {
        const found = await look();
        return valueOf(found, "ballast_agent_docker_up") === 1 ? found : undefined;
      });
      assert.ok(!series.some(({ name }) => name === "node_meta"));
      assert.equal(log.filter((line) => line.includes("Docker refuses info")).length, 1);
      assert.equal(log.filter((line) => line.includes("Docker refuses events")).length, 1);
    });
  });
});
