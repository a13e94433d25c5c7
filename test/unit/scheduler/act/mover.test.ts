import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMover } from "../../../../scheduler/act/mover.ts";
import type { MoverOptions } from "../../../../scheduler/act/options.ts";
import type { RawSpec } from "../../../../scheduler/act/raw.ts";
import type { MoveResult } from "../../../../scheduler/ports.ts";
import { FakeSwarmGateway, LANDS, moverOptions, type Script } from "../../../support/fake-swarm-gateway.ts";
import { aRawSpec, aRawTask, MOVE } from "../../../support/raw-builder.ts";
import { aNode } from "../../../support/swarm-builder.ts";

const NODES = ["n1", "n2", "n3"].map((id) => aNode(id));
const NEVER = new AbortController().signal;

function move(swarm: FakeSwarmGateway, over: Partial<MoverOptions> = {}): Promise<MoveResult> {
  return createMover(moverOptions(swarm, over)).move(MOVE, NODES, NEVER);
}

function labelled(spec: RawSpec): RawSpec {
  return { ...spec, Labels: { ...(spec["Labels"] as object), owner: "was here" } };
}

/** Does it at the n-th call of that name, once. */
function atCall(
  name: string,
  n: number,
  then: (swarm: FakeSwarmGateway) => void,
): NonNullable<Script["before"]> {
  let seen = 0;
  return (call, swarm) => {
    if (call === name) seen += 1;
    if (call === name && seen === n) then(swarm);
  };
}

describe("a move", () => {
  it("lands: steered in one write, let go in another, the owner's spec as it was", async () => {
    const swarm = new FakeSwarmGateway(LANDS);
    const steps: string[] = [];
    const result = await move(swarm, { onStep: (_, step) => steps.push(step) });
    assert.equal(result.outcome, "landed", result.detail);
    assert.deepEqual(
      [result.service, result.fromName, result.toName, result.detail],
      ["web", "alpha", "bravo", "task web.1b runs on the planned node"],
    );
    assert.match(result.moveId, /^m[a-z0-9]+-web\.1$/);
    assert.equal(swarm.writes.length, 2);
    assert.deepEqual(swarm.spec, aRawSpec());
    assert.deepEqual(steps, ["steer", "landed"]);
  });

  it("steers by a record that says all that finishing or undoing it asks for", async () => {
    const swarm = new FakeSwarmGateway({
      before: atCall("service", 2, () => {
        throw new Error("enough");
      }),
    });
    const startedMs = Date.now();
    const stopped = new AbortController();
    stopped.abort();
    const mover = createMover(moverOptions(swarm, { stopGraceSeconds: 0, deadlineSeconds: 300 }));
    await mover.move(MOVE, NODES, stopped.signal);
    const { record } = swarm;
    assert.ok(record !== null);
    assert.deepEqual(
      [record.taskId, record.from, record.to, record.added, record.updateConfig],
      ["web.1", "n1", "n2", ["node.id==n2"], { Parallelism: 2, Order: "stop-first" }],
    );
    const seconds = (Date.parse(record.deadline) - startedMs) / 1000;
    assert.ok(seconds >= 299 && seconds < 360, record.deadline);
  });

  it("gives way to whoever wrote between its look and its write, and writes nothing", async () => {
    const swarm = new FakeSwarmGateway({
      before: atCall("write", 1, () => {
        swarm.edit(labelled);
      }),
    });
    const result = await move(swarm);
    assert.deepEqual(
      [result.outcome, result.detail],
      ["gave_way", "someone else wrote to the service first"],
    );
    assert.deepEqual(swarm.writes, []);
    assert.deepEqual(swarm.spec, labelled(aRawSpec()));
  });

  it("fails with the manager's words when the steering write is refused", async () => {
    const swarm = new FakeSwarmGateway({
      before: atCall("write", 1, () => {
        throw new Error("(HTTP code 400) invalid spec");
      }),
    });
    const result = await move(swarm);
    assert.deepEqual([result.outcome, result.detail], ["failed", "Error: (HTTP code 400) invalid spec"]);
    assert.deepEqual(swarm.spec, aRawSpec());
  });

  it("leaves the record of a steering write that was taken though no answer came, for the next round to recover", async () => {
    const swarm = new FakeSwarmGateway({
      onWritten: () => {
        throw new Error("socket hang up");
      },
    });
    const result = await move(swarm);
    assert.deepEqual([result.outcome, result.detail], ["failed", "Error: socket hang up"]);
    assert.equal(swarm.record?.moveId, result.moveId);
  });
});

describe("a move is not begun", () => {
  const cases: readonly {
    readonly when: string;
    readonly says: string;
    readonly arrange: (swarm: FakeSwarmGateway) => void;
  }[] = [
    { when: "its service is gone", says: "the service is gone", arrange: (swarm) => (swarm.removed = true) },
    {
      when: "its service is global by now",
      says: "the service is not replicated",
      arrange: (swarm) => {
        swarm.spec = aRawSpec({ Mode: { Global: {} } });
      },
    },
    {
      when: "another move of it is under way",
      says: "another move of it is under way",
      arrange: (swarm) => {
        swarm.spec = aRawSpec({ Labels: { "ballast.steer": "{}" } });
      },
    },
    {
      when: "its spec holds a number that JSON does not keep",
      says: "its spec holds a number that cannot be written back exactly",
      arrange: (swarm) => {
        swarm.spec = aRawSpec({ StopGracePeriod: 2 ** 63 });
      },
    },
    {
      when: "an update of it is paused",
      says: "its update is paused",
      arrange: (swarm) => (swarm.update = { State: "paused", Message: "" }),
    },
    {
      when: "a replica is missing",
      says: "1 of 2 replicas run",
      arrange: (swarm) => {
        swarm.spec = aRawSpec({ Mode: { Replicated: { Replicas: 2 } } });
      },
    },
    {
      when: "its task stands elsewhere",
      says: "its task is no longer where the plan saw it",
      arrange: (swarm) => (swarm.standing = [aRawTask("web.1", { nodeId: "n3" })]),
    },
    {
      when: "its task was replaced",
      says: "its task is no longer where the plan saw it",
      arrange: (swarm) => (swarm.standing = [aRawTask("web.1-new")]),
    },
  ];
  for (const { when, says, arrange } of cases) {
    it(`when ${when}`, async () => {
      const swarm = new FakeSwarmGateway();
      arrange(swarm);
      const before = swarm.spec;
      const result = await move(swarm);
      assert.deepEqual([result.outcome, result.detail], ["gave_way", says]);
      assert.equal(swarm.spec, before);
    });
  }

  it("is held back by no update that is completed", async () => {
    const swarm = new FakeSwarmGateway({
      onWritten: (then) => {
        then.update = null;
        LANDS.onWritten?.(then);
      },
    });
    swarm.update = { State: "completed", Message: "" };
    assert.equal((await move(swarm)).outcome, "landed");
  });
});

describe("letting go", () => {
  it("tries again on a fresh read when someone wrote in between, and keeps what he wrote", async () => {
    const swarm = new FakeSwarmGateway({
      ...LANDS,
      before: atCall("write", 2, () => {
        swarm.edit(labelled);
      }),
    });
    const result = await move(swarm);
    assert.deepEqual([result.outcome, result.detail], ["gave_way", "its owner changed the service"]);
    assert.equal(swarm.writes.length, 2);
    assert.deepEqual(swarm.spec, labelled(aRawSpec()));
  });

  it("lets a service that was deployed anew alone", async () => {
    const swarm = new FakeSwarmGateway({
      onWritten: () => {
        swarm.edit(() => aRawSpec({ Name: "web", Labels: {} }));
      },
    });
    const result = await move(swarm);
    assert.deepEqual([result.outcome, result.detail], ["gave_way", "the service was deployed anew"]);
    assert.equal(swarm.writes.length, 1);
    assert.deepEqual(swarm.spec, aRawSpec({ Labels: {} }));
  });

  for (const outcome of ["landed", "undone"] as const) {
    it(`is known to have been taken when its answer was lost: ${outcome}`, async () => {
      const swarm = new FakeSwarmGateway({
        onWritten: () => {
          if (swarm.record === null) throw new Error("socket hang up");
          if (outcome === "landed") swarm.land("n2");
          else swarm.update = { State: "paused", Message: "task failed" };
        },
      });
      const result = await move(swarm);
      assert.equal(result.outcome, outcome, result.detail);
      // One that is undone is first steered off its target.
      assert.equal(swarm.writes.length, outcome === "landed" ? 2 : 3);
      assert.deepEqual(swarm.spec, aRawSpec());
    });
  }

  it("is tried again when neither the write nor its answer came through", async () => {
    const swarm = new FakeSwarmGateway({
      ...LANDS,
      before: atCall("write", 2, () => {
        throw new Error("connect ECONNREFUSED");
      }),
    });
    const result = await move(swarm);
    assert.equal(result.outcome, "landed", result.detail);
    assert.deepEqual(swarm.spec, aRawSpec());
  });
});
