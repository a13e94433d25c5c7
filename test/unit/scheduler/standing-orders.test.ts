import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pauseOf, type Order } from "../../../scheduler/domain/order.ts";
import type { Snapshot } from "../../../scheduler/domain/snapshot.ts";
import { endOrders } from "../../../scheduler/standing-orders.ts";
import { fakeOrderBook } from "../../support/fake-order-book.ts";
import { SILENT } from "../../support/silent-log.ts";
import { aNode, aPolicy, aSwarm, NOW, stands, TRUSTED } from "../../support/swarm-builder.ts";

const AT = new Date(NOW - 60_000).toISOString();
const DRAIN: Order = { kind: "drain", id: "d1", node: "n1", force: false, reason: "", at: AT };
const NODES = [aNode("n1"), aNode("n2")];

async function doneWith(snapshot: Snapshot): Promise<readonly string[]> {
  const book = fakeOrderBook();
  await endOrders({ orders: book, nodeWriter: book, policy: aPolicy(), log: SILENT }, snapshot, NOW);
  return book.done;
}

describe("a pause", () => {
  const pause = (over: object): Order => ({ ...PAUSE, ...over });
  const PAUSE = { kind: "pause", id: "p1", service: null, until: null, reason: "", at: AT } as const;

  it("holds until it is taken back, or until its own end", () => {
    const until = new Date(NOW).toISOString();
    assert.equal(pauseOf([pause({})], null, NOW)?.id, "p1");
    assert.equal(pauseOf([pause({ until })], null, NOW - 1)?.id, "p1");
    assert.equal(pauseOf([pause({ until })], null, NOW), null);
  });

  it("of one service is not one of another, nor of all", () => {
    const orders = [pause({ service: "a" })];
    assert.equal(pauseOf(orders, "a", NOW)?.id, "p1");
    assert.deepEqual([pauseOf(orders, "b", NOW), pauseOf(orders, null, NOW)], [null, null]);
  });

  it("that ran out is taken out of the swarm", async () => {
    const over = pause({ until: new Date(NOW - 1).toISOString() });
    const lasting = pause({ id: "p2", until: new Date(NOW + 1).toISOString() });
    assert.deepEqual(await doneWith({ ...aSwarm(NODES), orders: [over, lasting] }), ["take back p1"]);
  });
});

describe("a drain order", () => {
  const empty = aSwarm(NODES, stands("a", [{ on: "n2" }]));
  const bound = { mounts: [{ type: "bind", target: "/data", readOnly: false, shared: false }] };

  it("sets the node to drain once nothing is left to move, and ends", async () => {
    assert.deepEqual(await doneWith({ ...empty, orders: [DRAIN] }), ["set n1 to drain", "take back d1"]);
  });

  it("waits while tasks are still to be moved", async () => {
    const busy = aSwarm(NODES, stands("a", [{ on: "n1" }]));
    assert.deepEqual(await doneWith({ ...busy, orders: [DRAIN] }), []);
  });

  it("does not have tasks cut, unless it says so", async () => {
    const held = aSwarm(NODES, stands("a", [{ on: "n1" }], bound));
    assert.deepEqual(await doneWith({ ...held, orders: [DRAIN] }), []);
    assert.deepEqual(await doneWith({ ...held, orders: [{ ...DRAIN, force: true }] }), [
      "set n1 to drain",
      "take back d1",
    ]);
  });

  it("waits for a move from that node to be wholly over", async () => {
    const steer = { moveId: "m1", deadline: AT, record: "{}" };
    const leaving = aSwarm(
      NODES,
      stands("a", [{ on: "n1", desired: "shutdown" }, { on: "n2" }], { replicas: 1, steer }),
    );
    assert.deepEqual(await doneWith({ ...leaving, orders: [{ ...DRAIN, force: true }] }), []);
  });

  it("ends when somebody drained the node by hand, or it is gone", async () => {
    const byHand = aSwarm([aNode("n1", { availability: "drain" }), aNode("n2")]);
    assert.deepEqual(await doneWith({ ...byHand, orders: [DRAIN] }), ["take back d1"]);
    assert.deepEqual(await doneWith({ ...aSwarm([aNode("n2")]), orders: [DRAIN] }), ["take back d1"]);
  });

  it("does nothing on a swarm that cannot be read, and needs no measurements", async () => {
    const [swarm, prometheus] = TRUSTED.map((input) => ({ ...input, doubts: ["away"] }));
    assert.ok(swarm !== undefined && prometheus !== undefined);
    assert.deepEqual(await doneWith({ ...empty, inputs: [swarm], orders: [DRAIN] }), []);
    const inputs = [...TRUSTED.slice(0, 1), prometheus];
    assert.equal((await doneWith({ ...empty, inputs, orders: [DRAIN] })).length, 2);
  });
});
