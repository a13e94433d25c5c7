import assert from "node:assert/strict";
import { beforeEach, mock, type TestContext } from "node:test";
import { createCreations } from "../../../scheduler/creations.ts";
import type { Policy } from "../../../scheduler/domain/policy.ts";
import type { Snapshot } from "../../../scheduler/domain/snapshot.ts";
import type { Journal, JournalEntry, MoveRecord } from "../../../scheduler/journal/journal.ts";
import { calendarOf } from "../../../scheduler/govern/calendar.ts";
import { DEFAULT_LIMITS } from "../../../scheduler/govern/limits.ts";
import { createGovernor } from "../../../scheduler/governor.ts";
import { createHindsight } from "../../../scheduler/hindsight.ts";
import { createMetrics } from "../../../scheduler/metrics.ts";
import { UNREADABLE, type Mover, type MoveResult } from "../../../scheduler/ports.ts";
import { runRound } from "../../../scheduler/round.ts";
import { fakeOrderBook, type FakeOrderBook } from "../../support/fake-order-book.ts";
import { memoryJournal } from "../../support/memory-journal.ts";
import { SAME_THREAD } from "../../support/same-thread-thinker.ts";
import { SILENT } from "../../support/silent-log.ts";
import { aNode, aPolicy, aService, aSwarm, NOW, stands, type Standing } from "../../support/swarm-builder.ts";

export const NODES = [aNode("n1"), aNode("n2"), aNode("n3"), aNode("n4")];
export const BUSY: readonly Standing[] = ["a", "b", "c"].map((id) => stands(id, [{ on: "n1", cpu: 1.25 }]));
export const BIG: readonly Standing[] = ["x", "y", "z"].map((id) => stands(id, [{ on: "n2", cpu: 1.25 }]));
/** n1 and n2 are above their mark: a plan of two moves. */
export const HOT = aSwarm(NODES, ...BUSY, ...BIG);
export const LEVEL = aSwarm(NODES, stands("a", [{ on: "n1", cpu: 0.5 }]));
export const NEVER = new AbortController().signal;

/** In the tests of a suite it is the swarm's own moment, and stays so. */
export function stopClock(): void {
  beforeEach((t) => {
    mock.timers.enable({ apis: ["Date"], now: NOW });
    (t as TestContext).after(() => {
      mock.timers.reset();
    });
  });
}

export interface Look {
  readonly snapshot: Snapshot;
  readonly leads: boolean;
}

/** Moves nothing, keeps what it was asked, and answers at once. */
export class FakeMover implements Mover {
  readonly moved: string[] = [];
  readonly recovered: string[] = [];

  move: Mover["move"] = ({ service }) => {
    this.moved.push(service);
    return Promise.resolve(result(service));
  };

  recover: Mover["recover"] = ({ name }) => {
    this.recovered.push(name);
    const moveId = name === "torn" ? UNREADABLE : result(name).moveId;
    return Promise.resolve({ ...result(name), moveId });
  };
}

export function result(service: string): MoveResult {
  const names = { service, serviceId: service, fromName: "n1", toName: "n2", fromId: "n1", toId: "n2" };
  return {
    moveId: `m-${service}`,
    ...names,
    outcome: "landed",
    detail: "",
    seconds: 1,
    startSeconds: 0.5,
    collateral: 0,
  };
}

/** A past move, so many seconds ago, of a service that no plan here names. */
export function past(outcome: MoveResult["outcome"], secondsAgo: number): MoveRecord {
  const at = new Date(NOW - secondsAgo * 1000).toISOString();
  return { ...result("past"), fromId: "p1", toId: "p2", outcome, decisionId: null, loadBefore: null, at };
}

/** So many landings, long ago, that several moves may run at once. */
export const PAST = Array.from({ length: 12 }, (_, index) => past("landed", 7200 - index));

export interface Turn {
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
export async function round(
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
      thinker: SAME_THREAD,
      mover,
      creations: createCreations(mover, SILENT),
      orders,
      nodeWriter: orders,
      governor: createGovernor(DEFAULT_LIMITS, calendarOf([], []), journal),
      hindsight: createHindsight(journal, policy, SILENT),
      onLook: ({ leads }) => told.push(leads),
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

export function untrusted(snapshot: Snapshot): Snapshot {
  return { ...snapshot, inputs: [{ source: "prometheus", ageSeconds: null, doubts: ["it is away"] }] };
}

/** With a move of an earlier run under way on a service of its own. */
export function withOrphan(snapshot: Snapshot, deadlineMs: number): Snapshot {
  const steer = { moveId: "m0", deadline: new Date(deadlineMs).toISOString(), record: "{}" };
  return { ...snapshot, services: [...snapshot.services, aService("orphan", { replicas: 0, steer })] };
}

export function entryOf({ journal }: Turn): JournalEntry {
  const [entry, ...others] = journal.entries();
  assert.ok(entry !== undefined && others.length === 0, "one round, one entry");
  return entry;
}
