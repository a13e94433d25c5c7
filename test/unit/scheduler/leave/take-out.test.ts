import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { digestOf, steeredSpec } from "../../../../scheduler/act/steer-spec.ts";
import { isClean, leftIn } from "../../../../scheduler/leave/left.ts";
import { takeOut, type Leave } from "../../../../scheduler/leave/take-out.ts";
import { tracesOf } from "../../../../scheduler/leave/traces.ts";
import { randomSpec, someConstraint } from "../../../support/random-spec.ts";
import { aRawSpec, aRecord } from "../../../support/raw-builder.ts";
import { AT, FakeLeaveSwarm, NODES, steered, toldOrder } from "./swarm.ts";

const PAUSE = toldOrder("ballast.pause", "pause", { kind: "pause", service: null, reason: "", at: AT });
const DRAIN = toldOrder("ballast.drain.n2", "drain", { kind: "drain", node: "n2", reason: "", at: AT });
const PAST = new Date(Date.now() - 1000).toISOString();

async function leave(
  swarm: FakeLeaveSwarm,
  onStep: (step: string) => void = () => undefined,
): Promise<Leave> {
  const left = leftIn(await swarm.read());
  return takeOut(swarm, left, NODES, (_, step) => {
    onStep(step);
  });
}

function outcomes({ moves }: Leave): readonly string[] {
  return moves.map(({ service, outcome }) => `${service} ${outcome}`);
}

describe("taking out", () => {
  it("finishes a move that landed, telling its steps, and takes out every order", async () => {
    const swarm = new FakeLeaveSwarm(steered(), [PAUSE, DRAIN]);
    swarm.gateway.land("n2");
    const steps: string[] = [];
    const done = await leave(swarm, (step) => steps.push(step));
    assert.deepEqual(outcomes(done), ["web landed"]);
    assert.deepEqual(steps, ["landed"]);
    assert.deepEqual(swarm.gateway.spec, aRawSpec());
    assert.deepEqual(
      done.orders.map(({ order, fault }) => [order.name, fault]),
      [
        ["ballast.pause", null],
        ["ballast.drain.n2", null],
      ],
    );
    assert.deepEqual(
      done.nodes.map(({ id, availability }) => [id, availability]),
      [["n2", "active"]],
    );
    assert.ok(isClean(done.after));
    assert.deepEqual(done.traces, []);
  });

  it("undoes a move that did not land in time", async () => {
    const swarm = new FakeLeaveSwarm(steered(aRawSpec(), { deadline: PAST }));
    const done = await leave(swarm);
    assert.deepEqual(outcomes(done), ["web undone"]);
    assert.deepEqual(swarm.gateway.spec, aRawSpec());
    assert.ok(isClean(done.after));
  });

  it("reads again and writes again when somebody else wrote first", async () => {
    let hasWritten = false;
    const swarm = new FakeLeaveSwarm(steered(), [], {
      before: (call, gateway) => {
        if (call !== "write" || hasWritten) return;
        hasWritten = true;
        gateway.edit((spec) => ({ ...spec, Labels: { ...(spec["Labels"] as object), owner: "was here" } }));
      },
    });
    swarm.gateway.land("n2");
    const done = await leave(swarm);
    assert.ok(isClean(done.after));
    const labels = { "com.docker.stack.namespace": "shop", owner: "was here" };
    assert.deepEqual(swarm.gateway.spec, aRawSpec({ Labels: labels }));
    assert.deepEqual(done.traces, []);
    assert.equal(swarm.gateway.calls.filter((call) => call === "write").length, 2);
  });

  it("is whole where the service was removed meanwhile", async () => {
    const swarm = new FakeLeaveSwarm(steered());
    const left = leftIn(await swarm.read());
    swarm.gateway.removed = true;
    const done = await takeOut(swarm, left, NODES, () => undefined);
    assert.deepEqual(outcomes(done), ["web gave_way"]);
    assert.ok(isClean(done.after));
  });

  it("does not stop at an order that cannot be taken out, and finds it again afterwards", async () => {
    const swarm = new FakeLeaveSwarm(aRawSpec(), [PAUSE, DRAIN]);
    swarm.stubborn.set("id-of-ballast.pause", new Error("no leader"));
    const done = await leave(swarm);
    assert.deepEqual(
      done.orders.map(({ fault }) => fault),
      ["no leader", null],
    );
    assert.deepEqual(
      done.after.orders.map(({ name }) => name),
      ["ballast.pause"],
    );
  });

  it("leaves alone what it cannot read, and the rest goes", async () => {
    const torn = aRawSpec({ Labels: { "ballast.steer": "torn" } });
    const swarm = new FakeLeaveSwarm(torn, [PAUSE]);
    const done = await leave(swarm);
    assert.deepEqual(swarm.gateway.calls, []);
    assert.deepEqual(swarm.gateway.spec, torn);
    assert.equal(done.after.unreadable.length, 1);
    assert.deepEqual(done.after.orders, []);
  });

  it("fails as a whole only when the swarm cannot be read afterwards", async () => {
    const swarm = new FakeLeaveSwarm(aRawSpec(), [PAUSE]);
    const left = leftIn(await swarm.read());
    const { orders, mover } = swarm;
    const parts = { orders, mover, read: () => Promise.reject(new Error("gone")) };
    await assert.rejects(
      takeOut(parts, left, NODES, () => undefined),
      /gone/,
    );
    assert.deepEqual((await swarm.read()).orders, []);
  });

  it("cut off after any call, is finished by a second run", async () => {
    const whole = new FakeLeaveSwarm(steered(), [PAUSE]);
    whole.gateway.land("n2");
    await leave(whole);
    for (let last = 0; last <= whole.gateway.calls.length; last += 1) {
      let isCut = true;
      const swarm = new FakeLeaveSwarm(steered(), [PAUSE], {
        before: (_, gateway) => {
          // A process that is gone makes no further calls, and none of them throws.
          if (isCut && gateway.calls.length > last) throw new Error("cut off");
        },
      });
      swarm.gateway.land("n2");
      swarm.stubborn.set("id-of-ballast.pause", new Error("cut off"));
      await leave(swarm);
      isCut = false;
      swarm.stubborn.clear();
      const done = await leave(swarm);
      assert.ok(isClean(done.after), `after ${last} calls`);
      assert.deepEqual(swarm.gateway.spec, aRawSpec(), `after ${last} calls`);
    }
  });

  it("tells of a constraint whose label somebody took out alone", async () => {
    const spec = steered();
    const swarm = new FakeLeaveSwarm(spec, [], {
      before: (call, gateway) => {
        if (call === "service") gateway.edit((now) => ({ ...now, Labels: {} }));
      },
    });
    const done = await leave(swarm);
    assert.ok(isClean(done.after));
    assert.deepEqual(done.traces, [
      { service: "web", what: "the constraint node.id==n2" },
      { service: "web", what: "the update settings of a move" },
    ]);
  });
});

describe("the traces of a move", () => {
  const someMove = fc.tuple(randomSpec, fc.array(someConstraint, { minLength: 1, maxLength: 3 }));

  it("are none in any owner's spec, and all that was added in the steered one without its label", () => {
    fc.assert(
      fc.property(someMove, ([owners, added]) => {
        const record = aRecord(owners, { added });
        const move = { record, owners };
        assert.deepEqual(tracesOf(move, owners), []);
        const spec = steeredSpec(owners, record, { stabilitySeconds: 0 });
        const traces = tracesOf(move, { ...spec, Labels: owners["Labels"] });
        for (const constraint of added)
          assert.ok(traces.includes(`the constraint ${constraint}`), constraint);
        assert.ok(traces.includes("the update settings of a move"));
      }),
    );
  });

  it("are none whatever else the owner changed", () => {
    fc.assert(
      fc.property(someMove, fc.string(), ([owners, added], word) => {
        const record = aRecord(owners, { added });
        const edited = { ...owners, Labels: { edited: word }, Extra: word };
        assert.notEqual(digestOf(edited), record.specDigest);
        assert.deepEqual(tracesOf({ record, owners }, edited), []);
      }),
    );
  });
});
