import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMover } from "../../../../scheduler/act/mover.ts";
import type { MoverOptions } from "../../../../scheduler/act/options.ts";
import type { RawSpec } from "../../../../scheduler/act/raw.ts";
import { steeredSpec } from "../../../../scheduler/act/steer-spec.ts";
import { STEER_LABEL, type SteerRecord } from "../../../../scheduler/domain/steer.ts";
import type { MoveResult } from "../../../../scheduler/ports.ts";
import { FakeSwarmGateway, moverOptions, type Script } from "../../../support/fake-swarm-gateway.ts";
import { aRawSpec, aRawTask, aRecord, MOVE } from "../../../support/raw-builder.ts";
import { aNode, aService } from "../../../support/swarm-builder.ts";

const NODES = [aNode("n1", { hostname: "alpha" }), aNode("n2", { hostname: "bravo" })];
const NEVER = new AbortController().signal;
const LATER = new Date(Date.now() + 3_600_000).toISOString();
const PAST = new Date(Date.now() - 1000).toISOString();
const SLOW = "the deadline passed while the new task was starting";

/** A steered service whose old task runs while the new one starts, past the move's deadline. */
function starting(script: Script = {}, over: Partial<SteerRecord> = {}): FakeSwarmGateway {
  const record = aRecord(aRawSpec(), { deadline: PAST, ...over });
  const swarm = new FakeSwarmGateway(script, steeredSpec(aRawSpec(), record, { stabilitySeconds: 0 }));
  swarm.standing = [aRawTask("web.1"), newTask("starting")];
  return swarm;
}

function newTask(state: string, desired = "running"): ReturnType<typeof aRawTask> {
  const now = Date.now();
  return aRawTask("web.1b", { nodeId: "n2", state, desired, createdAtMs: now, stateSinceMs: now });
}

/** What Swarm does once the service is kept off the target. */
function giveUp(swarm: FakeSwarmGateway): void {
  if (constraintsOf(swarm.spec).includes("node.id!=n2"))
    swarm.standing = [aRawTask("web.1"), newTask("starting", "shutdown")];
  else if (swarm.record === null) swarm.standing = [aRawTask("web.1")];
}

function recover(swarm: FakeSwarmGateway, over: Partial<MoverOptions> = {}): Promise<MoveResult> {
  const labels = swarm.spec["Labels"] as Readonly<Record<string, string>>;
  const steer = { moveId: "m1", deadline: PAST, record: labels[STEER_LABEL] ?? "" };
  return createMover(moverOptions(swarm, over)).recover(aService("web", { steer }), NODES, NEVER);
}

function constraintsOf(spec: RawSpec | undefined): readonly string[] {
  const template = spec?.["TaskTemplate"] as { readonly Placement: { readonly Constraints: string[] } };
  return template.Placement.Constraints;
}

describe("a move that is taken back while its new task starts", () => {
  it("keeps the service off the target until Swarm has given the new task up, then lets go", async () => {
    const swarm = starting({ onWritten: giveUp });
    const result = await recover(swarm);
    assert.deepEqual([result.outcome, result.detail], ["undone", SLOW]);
    assert.deepEqual(swarm.writes.map(constraintsOf), [
      ["node.labels.disk==ssd", "node.id!=n2"],
      ["node.labels.disk==ssd"],
    ]);
    assert.deepEqual(swarm.spec, aRawSpec());
  });

  it("lets go at once where the old task does not run: there is nothing to lose", async () => {
    const swarm = starting();
    swarm.standing = [aRawTask("web.1", { state: "failed" }), newTask("starting")];
    await recover(swarm, { deadlineSeconds: 0.01 });
    assert.deepEqual(swarm.writes.map(constraintsOf), [["node.labels.disk==ssd"]]);
  });

  it("is taken back to its end by another scheduler, with the first one's reason", async () => {
    const swarm = starting({ onWritten: giveUp });
    await recover(swarm);
    const [turnedBack] = swarm.writes;
    assert.ok(turnedBack !== undefined);
    const next = new FakeSwarmGateway({ onWritten: giveUp }, turnedBack);
    next.standing = [aRawTask("web.1"), newTask("starting", "shutdown")];
    const result = await recover(next);
    assert.deepEqual([result.outcome, result.detail], ["undone", SLOW]);
    assert.deepEqual(next.spec, aRawSpec());
  });

  it("waits until Swarm has taken up that write: what steering began may still make a task", async () => {
    const swarm = starting({
      onWritten: (written) => {
        written.standing = [aRawTask("web.1")];
      },
    });
    const startedMs = Date.now();
    await recover(swarm, { updaterSeconds: 0.05 });
    assert.ok(Date.now() - startedMs >= 50);
  });

  it("holds on while the owner's own new task starts elsewhere", async () => {
    let looks = 0;
    const own = aRawTask("web.1c", { nodeId: "n3", state: "preparing", desired: "ready" });
    const swarm = starting(
      {
        before: (call, now) => {
          if (call !== "tasks" || now.writes.length !== 1) return;
          looks += 1;
          now.standing =
            looks < 6 ? [aRawTask("web.1"), own] : [{ ...own, state: "running", desired: "running" }];
        },
      },
      { deadline: LATER },
    );
    swarm.edit((spec) => ({ ...spec, Labels: { ...(spec["Labels"] as object), owner: "was here" } }));
    assert.equal((await recover(swarm)).outcome, "gave_way");
    assert.equal(looks, 6);
  });

  it("leaves nothing of ours when the write that turns back was taken but not answered", async () => {
    let writes = 0;
    const swarm = starting({
      onWritten: (written) => {
        giveUp(written);
        writes += 1;
        if (writes === 1) throw new Error("socket hang up");
      },
    });
    const result = await recover(swarm);
    assert.deepEqual([result.outcome, result.detail], ["undone", SLOW]);
    assert.deepEqual(swarm.spec, aRawSpec());
    assert.equal(writes, 2);
  });

  it("keeps what its owner wrote meanwhile", async () => {
    const swarm = starting({ onWritten: giveUp }, { deadline: LATER });
    const env = { Image: "shop/web:1", Env: ["A=2"] };
    const edited = (spec: RawSpec): RawSpec => ({
      ...spec,
      TaskTemplate: { ...(spec["TaskTemplate"] as object), ContainerSpec: env },
    });
    swarm.edit(edited);
    const result = await recover(swarm);
    assert.deepEqual([result.outcome, result.detail], ["gave_way", "its owner changed the service"]);
    assert.deepEqual(swarm.spec, edited(aRawSpec()));
    assert.equal(swarm.writes.length, 2);
  });

  it("lets go all the same when Swarm does not give the new task up in time", async () => {
    const swarm = starting();
    const result = await recover(swarm, { deadlineSeconds: 0.02 });
    assert.equal(result.outcome, "failed");
    assert.match(result.detail, /does not run all its replicas$/);
    assert.deepEqual(swarm.spec, aRawSpec());
  });
});

describe("a move that is taken back beside a copy that runs on the target", () => {
  it("waits until the new task runs, since keeping the service off would drive the copy away", async () => {
    const copy = aRawTask("web.2", { nodeId: "n2" });
    let looks = 0;
    const swarm = starting({
      before: (call, now) => {
        if (call === "tasks") looks += 1;
        if (looks === 5) now.standing = [copy, newTask("running")];
      },
    });
    swarm.edit((spec) => ({ ...spec, Mode: { Replicated: { Replicas: 2 } } }));
    swarm.standing = [copy, ...swarm.standing];
    const result = await recover(swarm);
    assert.equal(result.outcome, "gave_way");
    assert.equal(swarm.writes.length, 1);
    assert.ok(looks >= 5);
  });

  it("does not wait for ever", async () => {
    const swarm = starting();
    swarm.standing = [aRawTask("web.2", { nodeId: "n2" }), ...swarm.standing];
    await recover(swarm, { deadlineSeconds: 0.02 });
    assert.deepEqual(swarm.writes.map(constraintsOf), [["node.labels.disk==ssd"]]);
  });
});

describe("a manager that tells of the service as it was before our steering", () => {
  it("does not end the move", async () => {
    const swarm = new FakeSwarmGateway();
    const told = swarm.service.bind(swarm);
    const before = await told();
    let looks = 0;
    swarm.service = async () => {
      looks += 1;
      if (looks === 4) swarm.land("n2");
      return looks === 2 || looks === 3 ? before : told();
    };
    const result = await createMover(moverOptions(swarm)).move(MOVE, NODES, NEVER);
    assert.equal(result.outcome, "landed", result.detail);
    assert.deepEqual(swarm.spec, aRawSpec());
  });
});
