import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createNodeAgents, type AgentOptions } from "../../../../scheduler/events/agent-client.ts";
import { AgentError, type AgentTrouble, type NodeAgents } from "../../../../scheduler/events/node-agents.ts";
import { startFakeServer } from "../../../support/fake-server.ts";
import {
  likeAnAgent,
  MINUTE,
  NODE,
  prometheusThatScrapes,
  startFakeAgent,
  type FakeAgent,
} from "./agent-server.ts";
import { NEVER, taken, until } from "./fixture.ts";

type Given = Parameters<typeof startFakeAgent>[0];

async function agentsThat(
  answer: Given,
  over: Partial<AgentOptions> = {},
): Promise<{ readonly agents: NodeAgents; readonly agent: FakeAgent }> {
  const agent = await startFakeAgent(answer);
  const prometheus = await prometheusThatScrapes(`127.0.0.1:${agent.port}`);
  return { agents: createNodeAgents({ url: "http://{instance}", prometheus, ...over }), agent };
}

/** What became of asking, and what it said. */
async function troubleIn(asking: Promise<unknown>): Promise<readonly [AgentTrouble, string]> {
  try {
    await asking;
  } catch (error) {
    if (error instanceof AgentError)
      return [error.trouble, error.message.replaceAll(/127\.0\.0\.1:\d+/g, "HOST")];
    throw error;
  }
  return assert.fail("there was no trouble");
}

describe("a node's agent", () => {
  it("is asked where Prometheus scrapes the newest of the node, with the query, and no more", async () => {
    const { agents, agent } = await agentsThat(likeAnAgent(0));
    assert.deepEqual(await agents.minute(NODE, { service: "web & more", containers: "all" }), MINUTE);
    assert.deepEqual(agent.asked, [
      { url: "/v1/recent?service=web+%26+more&containers=all", accept: "application/json" },
    ]);
  });

  it("is asked where the managers say that the node is, without Prometheus", async () => {
    const agent = await startFakeAgent(likeAnAgent(0));
    const prometheus = { url: "http://127.0.0.1:1", timeoutSeconds: 1 };
    const agents = createNodeAgents({ url: `http://{address}:${agent.port}`, prometheus });
    assert.deepEqual(await agents.minute(NODE, {}), MINUTE);
  });

  it("cannot be asked where Prometheus knows none of the node, or does not answer", async () => {
    const { agents } = await agentsThat(likeAnAgent(0));
    assert.deepEqual(await troubleIn(agents.minute({ ...NODE, id: "n9" }, {})), [
      "unknown",
      "no agent of worker-1 reports to Prometheus; see that it runs and is scraped",
    ]);
    const away = { url: "http://127.0.0.1:1", timeoutSeconds: 1 };
    const [trouble, detail] = await troubleIn(
      createNodeAgents({ url: "http://{instance}", prometheus: away }).minute(NODE, {}),
    );
    assert.equal(trouble, "unknown");
    assert.match(detail, /^Prometheus cannot be asked where the agent of worker-1 is: /);
  });

  it("is not followed elsewhere", async () => {
    const elsewhere = await startFakeServer(() => ({ body: MINUTE }));
    const { agents } = await agentsThat((_request, response) => {
      response.writeHead(302, { Location: `http://127.0.0.1:${elsewhere.port}/` }).end();
    });
    assert.deepEqual(await troubleIn(agents.minute(NODE, {})), [
      "unreachable",
      "the agent of worker-1 answered 302",
    ]);
    assert.equal(elsewhere.seen.length, 0);
  });

  it("is late when it does not answer, or not to the end", async () => {
    for (const answer of [
      () => undefined,
      (_request, response) => response.writeHead(200, { "Content-Type": "application/json" }).write("{"),
    ] satisfies Given[]) {
      const { agents, agent } = await agentsThat(answer, { timeoutSeconds: 0.2 });
      assert.deepEqual(await troubleIn(agents.minute(NODE, {})), [
        "late",
        "the agent of worker-1 did not answer in time",
      ]);
      await until(() => agent.open.size === 0);
    }
  });

  it("says in its own words why not, and is busy when it says so", async () => {
    const { agents } = await agentsThat((_request, response) => {
      response.writeHead(503, { "Content-Type": "application/problem+json" });
      response.end(JSON.stringify({ status: 503, detail: "16 streams are open" }));
    });
    assert.deepEqual(await troubleIn(agents.follow(NODE, {})), [
      "busy",
      "the agent of worker-1 answered 503: 16 streams are open",
    ]);
  });

  it("is unfit when it says what is no JSON, or too much", async () => {
    const { agents } = await agentsThat((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/html" }).end("<html>");
    });
    assert.deepEqual(await troubleIn(agents.minute(NODE, {})), [
      "unfit",
      "the agent of worker-1 answered text/html instead",
    ]);
    const { agents: others, agent } = await agentsThat((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const more = (): void => {
        while (response.writable && response.write(Buffer.alloc(2 ** 20, " ")));
        response.once("drain", more);
      };
      more();
    });
    assert.deepEqual(await troubleIn(others.minute(NODE, {})), [
      "unfit",
      `an agent answered more than ${32 * 2 ** 20} bytes`,
    ]);
    await until(() => agent.open.size === 0);
  });
});

describe("a node's agent that is followed", () => {
  it("is passed on as it speaks, and let go when the reader leaves", async () => {
    const { agents, agent } = await agentsThat(likeAnAgent(2));
    const leaving = new AbortController();
    const read = await agents.follow(NODE, { containers: "none" });
    let text = "";
    for await (const chunk of read(leaving.signal)) {
      text += chunk;
      if (text.includes('{"at":1}')) leaving.abort();
    }
    assert.match(text, /^event: minute\ndata: .*\n\nevent: second\ndata: \{"at":0\}\n\nevent: second\n/);
    assert.deepEqual(agent.asked, [{ url: "/v1/recent?containers=none", accept: "text/event-stream" }]);
    await until(() => agent.open.size === 0);
  });

  it("is let go when nobody reads, when the reader had left before, and when it is silent", async () => {
    const { agents, agent } = await agentsThat(likeAnAgent(0), { timeoutSeconds: 0.2 });
    await agents.follow(NODE, {});
    (await agents.follow(NODE, {}))(NEVER);
    (await agents.follow(NODE, {}))(AbortSignal.abort());
    const read = await agents.follow(NODE, {});
    const texts: string[] = [];
    for await (const text of read(NEVER)) texts.push(text);
    assert.equal(texts.length, 1);
    await until(() => agent.open.size === 0);
  });

  it("comes to its end when it breaks off, and when the scheduler stops", async () => {
    const { agents } = await agentsThat((request, response) => {
      likeAnAgent(0)(request, response);
      setImmediate(() => response.destroy());
    });
    assert.ok((await taken((await agents.follow(NODE, {}))(NEVER), 9)).length <= 1);
    const { agents: others, agent } = await agentsThat(likeAnAgent(0));
    const read = (await others.follow(NODE, {}))(NEVER);
    await taken(read, 1);
    others.close();
    assert.deepEqual(await taken(read, 1), []);
    await until(() => agent.open.size === 0);
    assert.equal((await troubleIn(others.follow(NODE, {})))[0], "busy");
  });

  it("has so many readers at the most", async () => {
    const { agents } = await agentsThat(likeAnAgent(0), { most: 1 });
    const leaving = new AbortController();
    (await agents.follow(NODE, {}))(leaving.signal);
    assert.deepEqual(await troubleIn(agents.follow(NODE, {})), [
      "busy",
      "1 readers follow agents, which is the most; come back later",
    ]);
    leaving.abort();
    const again = new AbortController();
    (await agents.follow(NODE, {}))(again.signal);
    again.abort();
  });
});
