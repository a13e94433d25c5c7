import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMover } from "../../../../scheduler/act/mover.ts";
import type { MoverOptions } from "../../../../scheduler/act/options.ts";
import { steeredSpec } from "../../../../scheduler/act/steer-spec.ts";
import { STEER_LABEL, type SteerRecord } from "../../../../scheduler/domain/steer.ts";
import type { MoveResult } from "../../../../scheduler/ports.ts";
import { FakeSwarmGateway, moverOptions, type Script } from "../../../support/fake-swarm-gateway.ts";
import { aRawSpec, aRawTask, aRecord } from "../../../support/raw-builder.ts";
import { aNode, aService } from "../../../support/swarm-builder.ts";

const NODES = [aNode("n1", { hostname: "alpha" }), aNode("n2", { hostname: "bravo" })];
const NEVER = new AbortController().signal;
const LATER = new Date(Date.now() + 3_600_000).toISOString();
const PAST = new Date(Date.now() - 1000).toISOString();

/** A service that an earlier run steered and then left. */
function steered(script: Script = {}, over: Partial<SteerRecord> = {}): FakeSwarmGateway {
  const record = aRecord(aRawSpec(), { deadline: LATER, ...over });
  return new FakeSwarmGateway(script, steeredSpec(aRawSpec(), record, { stabilitySeconds: 0 }));
}

function recover(
  swarm: FakeSwarmGateway,
  over: Partial<MoverOptions> = {},
  signal: AbortSignal = NEVER,
): Promise<MoveResult> {
  const labels = swarm.spec["Labels"] as Readonly<Record<string, string>>;
  const steer = { moveId: "m1", deadline: LATER, record: labels[STEER_LABEL] ?? "" };
  return createMover(moverOptions(swarm, over)).recover(aService("web", { steer }), NODES, signal);
}

/** Rejects the new task, as Swarm does when the target lacks the image: the old one runs on. */
function reject(swarm: FakeSwarmGateway): void {
  const rejected = {
    state: "rejected",
    desired: "shutdown",
    error: "No such image",
    createdAtMs: Date.now(),
  };
  swarm.standing = [...swarm.standing, aRawTask("web.1b", { nodeId: "n2", ...rejected })];
}

describe("recovering a move of an earlier run", () => {
  it("finishes one that landed, also past its deadline", async () => {
    for (const deadline of [LATER, PAST]) {
      const swarm = steered({}, { deadline });
      swarm.land("n2");
      const result = await recover(swarm);
      assert.equal(result.outcome, "landed", result.detail);
      assert.deepEqual([result.moveId, result.fromName, result.toName], ["m1", "alpha", "bravo"]);
      assert.deepEqual(swarm.spec, aRawSpec());
    }
  });

  it("counts the other tasks that Swarm restarted because of letting go", async () => {
    const swarm = steered();
    swarm.standing = [aRawTask("web.1"), aRawTask("web.2", { nodeId: "n3" })];
    swarm.spec = { ...swarm.spec, Mode: { Replicated: { Replicas: 1 } } };
    swarm.land("n2");
    swarm.follow({
      onWritten: (written) => {
        const restarted = { nodeId: "n3", createdAtMs: Date.now() + 1, stateSinceMs: Date.now() + 1 };
        written.standing = [...written.standing, aRawTask("web.2b", restarted)];
      },
    });
    const result = await recover(swarm);
    assert.deepEqual([result.outcome, result.collateral], ["landed", 1]);
    assert.match(result.detail, /Swarm restarted 1 other task\(s\) of it$/);
  });

  it("does not count a task that took the place of one which failed by itself", async () => {
    const swarm = steered();
    swarm.land("n2");
    const now = Date.now() + 1;
    const failed = aRawTask("web.2", { state: "rejected", desired: "shutdown", stateSinceMs: now });
    swarm.standing = [...swarm.standing, failed];
    swarm.follow({
      onWritten: (written) => {
        const instead = { nodeId: "n3", createdAtMs: now, stateSinceMs: now };
        written.standing = [...written.standing, aRawTask("web.2b", instead)];
      },
    });
    const result = await recover(swarm);
    assert.deepEqual([result.outcome, result.collateral], ["landed", 0]);
  });

  it("undoes one that has not landed by its deadline", async () => {
    const swarm = steered({}, { deadline: PAST });
    const result = await recover(swarm);
    assert.equal(result.outcome, "undone");
    assert.equal(result.detail, "the deadline passed while Swarm had not yet made the new task");
    assert.deepEqual(swarm.spec, aRawSpec());
  });

  it("writes nothing where the label cannot be read, and says which to remove", async () => {
    const swarm = new FakeSwarmGateway({}, aRawSpec({ Labels: { [STEER_LABEL]: "not ours" } }));
    const result = await recover(swarm);
    assert.deepEqual([result.outcome, result.moveId, result.toName], ["failed", "unreadable", "unknown"]);
    assert.match(result.detail, /label ballast\.steer is not readable; remove that label by hand/);
    assert.deepEqual(swarm.calls, []);
  });

  it("gives way when the service was removed", async () => {
    const swarm = steered();
    swarm.removed = true;
    const result = await recover(swarm);
    assert.deepEqual([result.outcome, result.detail], ["gave_way", "the service was removed"]);
  });

  it("calls a node that is no member any more unknown", async () => {
    const swarm = steered({}, { to: "n9" });
    swarm.land("n9");
    assert.equal((await recover(swarm)).toName, "unknown");
  });
});

describe("a gateway that stops answering", () => {
  const dead: Script = {
    before: () => {
      throw new Error("connect ECONNREFUSED");
    },
  };

  it("ends the move as failed after 41 tries in a row, and the record stays", async () => {
    const swarm = steered(dead);
    const result = await recover(swarm);
    assert.equal(result.outcome, "failed");
    assert.equal(
      result.detail,
      "no manager takes our calls (Error: connect ECONNREFUSED); the next start recovers the move",
    );
    assert.equal(swarm.calls.length, 41);
    assert.equal(swarm.record?.moveId, "m1");
  });

  it("does not end it when it answers again in time", async () => {
    let looks = 0;
    const swarm = steered({
      before: (call) => {
        if (call !== "service") return;
        looks += 1;
        if (looks === 80) swarm.land("n2");
        // Forty in a row, twice.
        if (looks % 41 !== 0) throw new Error("connect ECONNREFUSED");
      },
    });
    assert.equal((await recover(swarm)).outcome, "landed");
  });

  it("ends it at once when there is no time left to stop", async () => {
    const swarm = steered(dead);
    const result = await recover(swarm, { stopGraceSeconds: 0 }, AbortSignal.abort());
    assert.equal(result.outcome, "failed");
    assert.equal(swarm.calls.length, 1);
    assert.equal(swarm.record?.moveId, "m1");
  });
});

describe("a move under way when we are told to stop", () => {
  it("lands when it can within the grace period", async () => {
    const stopping = new AbortController();
    let looks = 0;
    const swarm = steered({
      before: (call) => {
        if (call === "service") looks += 1;
        if (looks === 3) stopping.abort();
        if (looks === 6 && call === "service") swarm.land("n2");
      },
    });
    const result = await recover(swarm, { stopGraceSeconds: 3600 }, stopping.signal);
    assert.equal(result.outcome, "landed", result.detail);
    assert.deepEqual(swarm.spec, aRawSpec());
  });

  it("is undone when it cannot", async () => {
    const stopping = new AbortController();
    const swarm = steered({
      before: () => {
        if (swarm.calls.length === 10) stopping.abort();
      },
    });
    const result = await recover(swarm, { stopGraceSeconds: 0.02 }, stopping.signal);
    assert.deepEqual(
      [result.outcome, result.detail],
      ["undone", "told to stop while Swarm had not yet made the new task"],
    );
    assert.deepEqual(swarm.spec, aRawSpec());
    assert.ok(swarm.calls.length > 10);
  });
});

describe("an undone move", () => {
  it("has ended when the service is as whole as it was, whatever fails in between", async () => {
    let after = 0;
    const swarm = steered({
      before: (call) => {
        if (swarm.record !== null || call !== "tasks") return;
        after += 1;
        if (after === 2) throw new Error("socket hang up");
        if (after === 4) swarm.standing = [aRawTask("web.1")];
      },
      onWritten: () => {
        swarm.standing = [aRawTask("web.1", { desired: "shutdown" })];
      },
    });
    reject(swarm);
    const result = await recover(swarm);
    assert.deepEqual([result.outcome, result.detail], ["undone", "the new task is rejected: No such image"]);
    assert.equal(after, 4);
  });

  it("has not ended while the attempt still stops, though all replicas run", async () => {
    let after = 0;
    const swarm = steered({
      before: (call) => {
        if (swarm.record === null && call === "tasks") after += 1;
        if (after === 3) swarm.standing = [aRawTask("web.1")];
      },
      onWritten: () => {
        swarm.standing = [aRawTask("web.1"), aRawTask("web.1b", { state: "starting", desired: "shutdown" })];
      },
    });
    reject(swarm);
    assert.equal((await recover(swarm)).outcome, "undone");
    assert.equal(after, 3);
  });

  it("is a failed one when the service does not become whole within the deadline's time", async () => {
    const swarm = steered({
      onWritten: () => {
        swarm.standing = [];
      },
    });
    reject(swarm);
    const result = await recover(swarm, { deadlineSeconds: 0.05 });
    assert.equal(result.outcome, "failed");
    assert.match(result.detail, /^the new task is rejected: .*restored but does not run all its replicas$/);
    assert.deepEqual(swarm.spec, aRawSpec());
  });

  it("has ended when the service is removed meanwhile", async () => {
    const swarm = steered({
      onWritten: () => {
        if (swarm.record !== null) return;
        swarm.removed = true;
        swarm.standing = [];
      },
    });
    reject(swarm);
    assert.equal((await recover(swarm)).outcome, "undone");
  });
});
