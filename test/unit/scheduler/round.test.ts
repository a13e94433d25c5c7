import assert from "node:assert/strict";
import { beforeEach, describe, it, mock, type TestContext } from "node:test";
import type { Policy } from "../../../scheduler/domain/policy.ts";
import type { Snapshot } from "../../../scheduler/domain/snapshot.ts";
import type { Journal, MoveRecord } from "../../../scheduler/journal/journal.ts";
import { calendarOf } from "../../../scheduler/govern/calendar.ts";
import { DEFAULT_LIMITS } from "../../../scheduler/govern/limits.ts";
import { createGovernor } from "../../../scheduler/governor.ts";
import { createMetrics } from "../../../scheduler/metrics.ts";
import type { Mover, MoveResult } from "../../../scheduler/ports.ts";
import { runRound } from "../../../scheduler/round.ts";
import { fakeOrderBook, type FakeOrderBook } from "../../support/fake-order-book.ts";
import { memoryJournal } from "../../support/memory-journal.ts";
import { SILENT } from "../../support/silent-log.ts";
import { aNode, aPolicy, aService, aSwarm, NOW, stands, type Standing } from "../../support/swarm-builder.ts";

const NODES = [aNode("n1"), aNode("n2"), aNode("n3"), aNode("n4")];
const BUSY: readonly Standing[] = ["a", "b", "c"].map((id) => stands(id, [{ on: "n1", cpu: 1.25 }]));
const BIG: readonly Standing[] = ["x", "y", "z"].map((id) => stands(id, [{ on: "n2", cpu: 1.25 }]));
/** n1 and n2 are above their mark: a plan of two moves. */
const HOT = aSwarm(NODES, ...BUSY, ...BIG);
const LEVEL = aSwarm(NODES, stands("a", [{ on: "n1", cpu: 0.5 }]));
const NEVER = new AbortController().signal;

interface Look {
  readonly snapshot: Snapshot;
  readonly leads: boolean;
}

/** Moves nothing, keeps what it was asked, and answers at once. */
class FakeMover implements Mover {
  readonly moved: string[] = [];
  readonly recovered: string[] = [];

  move: Mover["move"] = ({ service }) => {
    this.moved.push(service);
    return Promise.resolve(result(service));
  };

  recover: Mover["recover"] = ({ name }) => {
    this.recovered.push(name);
    return Promise.resolve(result(name));
  };
}

function result(service: string): MoveResult {
  const names = { service, serviceId: service, fromName: "n1", toName: "n2", fromId: "n1", toId: "n2" };
  return { moveId: `m-${service}`, ...names, outcome: "landed", detail: "", seconds: 1, startSeconds: 0.5 };
}

/** A past move, so many seconds ago, of a service that no plan here names. */
function past(outcome: MoveResult["outcome"], secondsAgo: number): MoveRecord {
  const at = new Date(NOW - secondsAgo * 1000).toISOString();
  return { ...result("past"), fromId: "p1", toId: "p2", outcome, decisionId: null, at };
}

/** So many landings, long ago, that several moves may run at once. */
const PAST = Array.from({ length: 12 }, (_, index) => past("landed", 7200 - index));

interface Turn {
  readonly mover: FakeMover;
  readonly orders: FakeOrderBook;
  readonly journal: Journal;
  readonly looked: number;
  /** Whether it was told to be the one to act, each time. */
  readonly told: readonly boolean[];
  /** What the journal had, each time it was written. */
  readonly shown: readonly string[];
  readonly metrics: string;
}

/** One round that sees these, one after the other; the last one for ever. */
async function round(
  looks: readonly (Snapshot | Partial<Look>)[],
  mode: Policy["mode"] = "act",
  signal = NEVER,
  past: readonly MoveRecord[] = PAST,
): Promise<Turn> {
  const mover = new FakeMover();
  const journal = memoryJournal(10);
  for (const each of past) journal.moved(each);
  const metrics = createMetrics(mode);
  const shown: string[] = [];
  const told: boolean[] = [];
  let looked = 0;
  const observe = () => {
    const look = looks[Math.min(looked, looks.length - 1)] ?? LEVEL;
    looked += 1;
    return Promise.resolve({
      leads: true,
      snapshot: HOT,
      ...("takenAtMs" in look ? { snapshot: look } : look),
    });
  };
  const write: Journal["write"] = (entry) => {
    shown.push(`${mover.moved.length} moved, ${entry.results.length} results`);
    journal.write(entry);
  };
  const orders = fakeOrderBook();
  const policy = aPolicy({ mode });
  await runRound(
    {
      observe,
      mover,
      orders,
      nodeWriter: orders,
      governor: createGovernor(DEFAULT_LIMITS, calendarOf([], []), journal),
      onLook: (leads) => told.push(leads),
      policy,
      metrics,
      journal: { ...journal, write },
      log: SILENT,
    },
    "schedule",
    signal,
  );
  return { mover, orders, journal, looked, told, shown, metrics: await metrics.registry.metrics() };
}

function untrusted(snapshot: Snapshot): Snapshot {
  return { ...snapshot, inputs: [{ source: "prometheus", ageSeconds: null, doubts: ["it is away"] }] };
}

/** With a move of an earlier run under way on a service of its own. */
function withOrphan(snapshot: Snapshot, deadlineMs: number): Snapshot {
  const steer = { moveId: "m0", deadline: new Date(deadlineMs).toISOString(), record: "{}" };
  return { ...snapshot, services: [...snapshot.services, aService("orphan", { replicas: 0, steer })] };
}

function entryOf({ journal }: Turn) {
  const [entry, ...others] = journal.entries();
  assert.ok(entry !== undefined && others.length === 0, "one round, one entry");
  return entry;
}

beforeEach((t) => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  (t as TestContext).after(() => {
    mock.timers.reset();
  });
});

describe("a round", () => {
  it("in act, beside the leader, looks twice and carries the plan out", async () => {
    const turn = await round([HOT]);
    const { decision, results, withheld, leads, trigger } = entryOf(turn);
    assert.equal(decision.outcome, "plan");
    assert.equal(decision.moves.length, 2);
    assert.deepEqual(
      turn.mover.moved,
      decision.moves.map(({ service }) => service),
    );
    assert.deepEqual(
      results.map(({ service }) => service),
      turn.mover.moved,
    );
    assert.deepEqual([withheld, leads, trigger, turn.looked], [null, true, "schedule", 2]);
    assert.match(turn.metrics, /^ballast_moves_total\{outcome="landed"\} 2$/m);
  });

  it("shows its decision before it begins to move", async () => {
    const { shown } = await round([HOT]);
    assert.deepEqual(shown, ["0 moved, 0 results", "2 moved, 2 results"]);
  });

  for (const mode of ["observe", "advise"] as const) {
    it(`in ${mode} never moves`, async () => {
      const turn = await round([HOT], mode);
      assert.deepEqual(turn.mover.moved, []);
      assert.equal(turn.looked, 1);
      assert.equal(entryOf(turn).withheld, mode === "advise" ? "mode is advise" : null);
    });
  }

  it("beside another manager than the leader shows its plan and stands by", async () => {
    const turn = await round([{ leads: false }]);
    const { decision, withheld, leads } = entryOf(turn);
    assert.deepEqual([decision.outcome, leads], ["plan", false]);
    assert.equal(withheld, "standing by: another manager leads the swarm");
    assert.deepEqual([turn.mover.moved, turn.looked, turn.told], [[], 1, [false]]);
  });

  it("begins nothing when it was told to stop", async () => {
    const turn = await round([HOT], "act", AbortSignal.abort());
    assert.deepEqual([turn.mover.moved, entryOf(turn).withheld], [[], "told to stop"]);
  });

  it("moves nothing while everything is paused, and says since when and why", async () => {
    const pause = {
      kind: "pause",
      id: "p",
      service: null,
      until: null,
      reason: "sale",
      at: "2026-01-01",
    } as const;
    for (const looks of [[{ ...HOT, orders: [pause] }], [HOT, { ...HOT, orders: [pause] }]]) {
      const turn = await round(looks);
      assert.deepEqual([turn.mover.moved, entryOf(turn).withheld], [[], "paused since 2026-01-01: sale"]);
    }
  });

  it("carries out a drain in every mode, and ends it when the node is empty", async () => {
    const drain = { kind: "drain", id: "d", node: "n1", force: false, reason: "", at: "2026-01-01" } as const;
    for (const mode of ["observe", "advise", "act"] as const) {
      const turn = await round([{ ...HOT, orders: [drain] }], mode);
      assert.deepEqual(turn.mover.moved, ["a", "b", "c"]);
      assert.deepEqual(turn.orders.done, []);
      const last = await round([{ ...HOT, orders: [{ ...drain, node: "n3" }] }], mode);
      assert.deepEqual(last.orders.done, ["set n3 to drain", "take back d"]);
    }
  });

  it("holds moves back while the breaker is open, says so, and goes on when a person resets it", async () => {
    const failures = [30, 20, 10].map((secondsAgo) => past("undone", secondsAgo));
    const turn = await round([HOT], "act", NEVER, failures);
    assert.deepEqual(turn.mover.moved, []);
    assert.match(entryOf(turn).withheld ?? "", /breaker: open: 3 moves in a row were undone or failed/);
    assert.match(turn.metrics, /^ballast_refusals_total\{filter="breaker"\} [1-9]/m);
    assert.match(turn.metrics, /^ballast_breaker_state\{state="open"\} 1$/m);
    const at = new Date(NOW).toISOString();
    const reset = { kind: "reset", id: "r", reason: "", at, until: "2027-01-01T00:00:00Z" } as const;
    const after = await round([{ ...HOT, orders: [reset] }], "act", NEVER, failures);
    assert.equal(after.mover.moved.length, 1, "the pace begins with one again");
  });

  it("remembers its moves for the next round's budgets", async () => {
    const turn = await round([HOT]);
    const [first] = turn.journal.moves(0).slice(PAST.length);
    assert.deepEqual([first?.outcome, first?.decisionId], ["landed", entryOf(turn).decision.id]);
  });

  it("leaves orders to the leader's scheduler", async () => {
    const drain = { kind: "drain", id: "d", node: "n3", force: false, reason: "", at: "2026-01-01" } as const;
    const turn = await round([{ snapshot: { ...HOT, orders: [drain] }, leads: false }]);
    assert.deepEqual(turn.orders.done, []);
  });

  it("has nothing to withhold when nothing is to be moved", async () => {
    const turn = await round([LEVEL]);
    assert.deepEqual(
      [entryOf(turn).decision.outcome, entryOf(turn).withheld, turn.looked],
      ["level", null, 1],
    );
  });

  it("plans nothing on what it cannot trust", async () => {
    const turn = await round([untrusted(HOT)]);
    assert.equal(entryOf(turn).decision.outcome, "untrusted");
    assert.deepEqual([turn.mover.moved, turn.looked], [[], 1]);
    assert.match(turn.metrics, /^ballast_decisions_total\{outcome="untrusted",reason="prometheus"\} 1$/m);
  });
});

describe("the second look", () => {
  it("drops the plan when it cannot be trusted", async () => {
    const turn = await round([HOT, untrusted(HOT)]);
    assert.deepEqual(turn.mover.moved, []);
    assert.equal(entryOf(turn).withheld, "a fresh look cannot be trusted");
  });

  it("drops the plan when another manager leads by now", async () => {
    const turn = await round([HOT, { leads: false }]);
    assert.deepEqual(turn.mover.moved, []);
    assert.equal(entryOf(turn).withheld, "another manager leads the swarm since the plan was made");
  });

  it("drops a move that a rule refuses by now, says why, and lets the others go on", async () => {
    const before = entryOf(await round([HOT], "advise")).decision.moves;
    const [first, second] = before;
    assert.ok(first !== undefined && second !== undefined);
    const services = HOT.services.map((service) =>
      service.id === first.serviceId ? { ...service, updateState: "updating" } : service,
    );
    const turn = await round([HOT, { ...HOT, services }]);
    assert.deepEqual(turn.mover.moved, [second.service]);
    const { withheld, results } = entryOf(turn);
    assert.match(withheld ?? "", new RegExp(`^${first.service}: updating: its last update is updating`));
    assert.equal(results.length, 1);
  });

  it("drops a move whose task stands elsewhere or is gone", async () => {
    const [first] = entryOf(await round([HOT], "advise")).decision.moves;
    assert.ok(first !== undefined);
    const elsewhere = HOT.tasks.map((task) => (task.id === first.taskId ? { ...task, nodeId: "n4" } : task));
    const gone = HOT.tasks.filter(({ id }) => id !== first.taskId);
    for (const tasks of [elsewhere, gone]) {
      const turn = await round([HOT, { ...HOT, tasks }]);
      assert.ok(!turn.mover.moved.includes(first.service));
      assert.match(entryOf(turn).withheld ?? "", new RegExp(`^${first.service}: changed: `));
    }
  });
});

describe("a move of an earlier run", () => {
  const running = withOrphan(HOT, NOW + 60_000);
  const late = withOrphan(HOT, NOW - 1);

  it("is recovered at once in act, before anything is decided, on a look of its own", async () => {
    const turn = await round([running, LEVEL]);
    assert.deepEqual([turn.mover.recovered, turn.looked], [["orphan"], 2]);
    const { decision, results } = entryOf(turn);
    assert.equal(decision.outcome, "level");
    assert.deepEqual(results, [result("orphan")]);
    assert.match(turn.metrics, /^ballast_orphans_recovered_total 1$/m);
    assert.match(turn.metrics, /^ballast_moves_total\{outcome="landed"\} 1$/m);
  });

  it("stands in the journal beside the moves of the round", async () => {
    const turn = await round([running, HOT]);
    const services = entryOf(turn).results.map(({ service }) => service);
    assert.deepEqual(services, ["orphan", ...turn.mover.moved]);
    assert.equal(turn.mover.moved.length, 2);
  });

  for (const mode of ["observe", "advise"] as const) {
    it(`is left alone in ${mode} until its deadline, since someone may be at it`, async () => {
      assert.deepEqual((await round([running], mode)).mover.recovered, []);
      const turn = await round([late, LEVEL], mode);
      assert.deepEqual([turn.mover.recovered, turn.mover.moved], [["orphan"], []]);
    });
  }

  it("is left to the leader's scheduler", async () => {
    const turn = await round([{ snapshot: late, leads: false }]);
    assert.deepEqual(turn.mover.recovered, []);
  });

  it("is recovered though the measurements cannot be trusted", async () => {
    const turn = await round([untrusted(late), untrusted(HOT)]);
    assert.deepEqual([turn.mover.recovered, turn.mover.moved], [["orphan"], []]);
  });
});
