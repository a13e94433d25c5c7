import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { recentAnswer, recentEndpoint } from "../../../../scheduler/api/reads/recent.ts";
import { createNodeAgents } from "../../../../scheduler/events/agent-client.ts";
import { AgentError, type AgentTrouble, type NodeAgents } from "../../../../scheduler/events/node-agents.ts";
import { aSwarm } from "../../../support/swarm-builder.ts";
import { likeAnAgent, MINUTE, NODE, prometheusThatScrapes, startFakeAgent } from "../events/agent-server.ts";
import { taken, until } from "../events/fixture.ts";
import { problemOf } from "./server.ts";
import { messagesOf, serve } from "./stream.ts";

const observe = () => Promise.resolve({ snapshot: aSwarm([NODE]), leads: true });

async function served(agents: Pick<NodeAgents, "minute" | "follow">): Promise<string> {
  const server = await serve(recentEndpoint({ observe, agents }));
  after(() => server.stop(0));
  return `http://127.0.0.1:${server.port}/v1/nodes`;
}

async function realAgents(answer: Parameters<typeof startFakeAgent>[0]) {
  const agent = await startFakeAgent(answer);
  const prometheus = await prometheusThatScrapes(`127.0.0.1:${agent.port}`);
  return { agent, agents: createNodeAgents({ url: "http://{instance}", prometheus }) };
}

/** Nobody's agent: it cannot be asked. */
function troubled(trouble: AgentTrouble): Pick<NodeAgents, "minute" | "follow"> {
  const fail = () => Promise.reject(new AgentError(trouble, `it is ${trouble}`));
  return { minute: fail, follow: fail };
}

describe("GET /v1/nodes/{node}/recent", () => {
  it("is what the node's agent says, by the node's name or id, and by the query", async () => {
    const { agents, agent } = await realAgents(likeAnAgent(0));
    const url = await served(agents);
    for (const name of ["worker-1", "n1"]) {
      const response = await fetch(`${url}/${name}/recent?service=web`);
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), MINUTE);
    }
    assert.deepEqual(
      agent.asked.map((asked) => asked.url),
      ["/v1/recent?service=web", "/v1/recent?service=web"],
    );
  });

  it("goes on for who accepts server-sent events, until it leaves", async () => {
    const { agents, agent } = await realAgents(likeAnAgent(1));
    const answer = recentAnswer({ observe, agents });
    const headers = { accept: "text/event-stream" };
    const reply = await answer({ params: { node: "n1" }, query: {}, headers });
    assert.ok(reply.kind === "stream");
    assert.equal(reply.type, "text/event-stream; charset=utf-8");
    const leaving = new AbortController();
    let text = "";
    for await (const chunk of reply.chunks(leaving.signal)) {
      text += chunk;
      if (text.includes("event: second")) leaving.abort();
    }
    assert.ok(text.startsWith("event: minute\ndata: {"));
    await until(() => agent.open.size === 0);
  });

  it("goes on over HTTP, and lets the agent go when the reader leaves", async () => {
    const { agents, agent } = await realAgents(likeAnAgent(1));
    const headers = { Accept: "text/event-stream" };
    const messages = messagesOf(await fetch(`${await served(agents)}/n1/recent`, { headers }));
    const told = await taken(messages, 2);
    assert.deepEqual(
      told.map((each) => each.split("\n")[0]),
      ["event: minute", "event: second"],
    );
    await messages.return(undefined);
    await until(() => agent.open.size === 0);
  });

  for (const [trouble, status] of [
    ["unknown", 502],
    ["unreachable", 502],
    ["unfit", 502],
    ["busy", 503],
    ["late", 504],
  ] as const) {
    it(`is a problem of status ${status} where the agent is ${trouble}`, async () => {
      const response = await fetch(`${await served(troubled(trouble))}/n1/recent`);
      assert.equal(response.status, status);
      assert.equal(response.headers.get("retry-after"), status === 503 ? "10" : null);
      assert.equal((await problemOf(response)).detail, `it is ${trouble}`);
    });
  }

  it("is a problem where the agent answers JSON that is no last minute", async () => {
    const { agents } = await realAgents((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" }).end('{"now":1,"fields":[]}');
    });
    const response = await fetch(`${await served(agents)}/n1/recent`);
    assert.equal(response.status, 502);
    assert.match((await problemOf(response)).detail, /^the agent of worker-1 answered nonsense: interval: /);
  });

  it("asks nobody for a node that is not there, or with a query that is wrong", async () => {
    const { agents, agent } = await realAgents(likeAnAgent(0));
    const url = await served(agents);
    for (const [path, status] of [
      ["n9/recent", 404],
      ["127.0.0.1:80/recent", 404],
      ["n1/recent?containers=some", 400],
      ["n1/recent?url=http://127.0.0.1", 400],
    ] as const) {
      const response = await fetch(`${url}/${path}`);
      assert.equal(response.status, status);
      await problemOf(response);
    }
    assert.equal(agent.asked.length, 0);
  });
});
