import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Docker from "dockerode";
import { createObserver } from "../../../../../scheduler/observe/observer.ts";
import { createSwarmReader } from "../../../../../scheduler/observe/swarm/reader.ts";
import { startFakeServer, type FakeAnswer } from "../../../../support/fake-server.ts";
import { answerOf } from "./answers.ts";

const NO_LEADER =
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are " +
  "online. Make sure more than half of the managers are online.";
const OWN = "24ifsmvkjbyhk";

const fakeDocker = await startFakeServer(() => "never");
const swarm = createSwarmReader(
  new Docker({ host: "127.0.0.1", port: fakeDocker.port, protocol: "http", timeout: 1500 }),
);
const usage = {
  read: () =>
    Promise.resolve({
      nodeUsage: {},
      taskUsage: {},
      ages: {},
      report: { source: "prometheus", ageSeconds: 0, doubts: [] } as const,
    }),
};
const observe = createObserver(swarm, usage, { windowSeconds: 10, maxAgeSeconds: 10 });

/** As a manager of engine 20.10 whose swarm has no leader answers: it still knows who it is. */
function withoutLeader({ path }: { readonly path: string }): FakeAnswer {
  return path === "/info"
    ? { body: { Swarm: { NodeID: OWN, ControlAvailable: true, Error: NO_LEADER } } }
    : { status: 500, body: { message: NO_LEADER } };
}

describe("a manager that has lost its quorum", () => {
  it("is in doubt, says how to mend that, and does not lead", async () => {
    fakeDocker.answer = withoutLeader;
    const { snapshot, leads } = await observe();
    assert.equal(leads, false);
    const doubts = snapshot.inputs.flatMap((input) => input.doubts);
    assert.equal(doubts.length, 1);
    assert.match(doubts[0] ?? "", /does not have a leader.*more than half of the managers are online/);
  });

  it("does not lead on what it knows of itself when only the list of nodes fails", async () => {
    const bodies: Readonly<Record<string, unknown>> = {
      "/services": answerOf("services"),
      "/tasks": answerOf("tasks"),
      "/configs": [],
    };
    fakeDocker.answer = (request): FakeAnswer => {
      const body = bodies[request.path];
      return body === undefined ? withoutLeader(request) : { body };
    };
    const { snapshot, leads } = await observe();
    assert.deepEqual([leads, snapshot.nodes, snapshot.services], [false, [], []]);
  });
});
