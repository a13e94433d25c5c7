import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EVENT } from "../../../../scheduler/api/schemas/events.ts";
import type { Order } from "../../../../scheduler/domain/order.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import type { SchedulerEvent } from "../../../../scheduler/events/event.ts";
import { createWatch, type Watch } from "../../../../scheduler/events/watch.ts";
import { calendarOf } from "../../../../scheduler/govern/calendar.ts";
import { DEFAULT_LIMITS } from "../../../../scheduler/govern/limits.ts";
import { createGovernor } from "../../../../scheduler/governor.ts";
import type { Journal } from "../../../../scheduler/journal/journal.ts";
import { aNode, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { aJournal, aMove, someEvents } from "./fixture.ts";

const AT = new Date(NOW).toISOString();
const SWARM = aSwarm([aNode("n1"), aNode("n2")], stands("web", [{ on: "n1", cpu: 1 }]));
const LEADS = { role: "leading", reason: "its manager n1 leads the swarm" } as const;
const STANDS_BY = {
  role: "standing by",
  reason: "the manager n2 leads the swarm, not the one here",
} as const;
const PAUSE: Order = { kind: "pause", id: "p1", service: null, until: null, reason: "freeze", at: AT };

interface Watched {
  readonly watch: Watch;
  readonly journal: Journal;
  readonly heard: readonly SchedulerEvent[];
}

function watched(): Watched {
  const events = someEvents();
  const heard: SchedulerEvent[] = [];
  events.listen((event) => heard.push(event));
  const clock = { now: () => NOW, wait: () => Promise.resolve() };
  const journal = aJournal();
  const governor = createGovernor(DEFAULT_LIMITS, calendarOf([], []), journal, clock);
  return { watch: createWatch({ events, mode: "act", governor, clock }), journal, heard };
}

function seen(over: Partial<Snapshot> = {}): { readonly snapshot: Snapshot; readonly leads: boolean } {
  return { snapshot: { ...SWARM, ...over }, leads: true };
}

const UNREAD: Partial<Snapshot> = {
  orders: [],
  inputs: [{ source: "swarm", ageSeconds: null, doubts: ["no manager answers"] }],
};

function told(heard: readonly SchedulerEvent[]): readonly unknown[] {
  for (const event of heard) EVENT.parse(JSON.parse(JSON.stringify(event)));
  return heard.map(({ data }) => data);
}

describe("a watch of the state", () => {
  it("tells all of it at the first look, and then what changed, once", () => {
    const { watch, heard } = watched();
    watch.look(seen(), LEADS);
    watch.look(seen(), LEADS);
    watch.look(seen(), STANDS_BY);
    const state = { mode: "act", paused: false, breaker: "closed" };
    assert.deepEqual(told(heard), [
      {
        changed: ["role", "mode", "paused", "breaker"],
        role: "leading",
        ...state,
        detail:
          "leading: its manager n1 leads the swarm; the mode is act; not paused; " +
          "the breaker is closed: 0 of 3 failures in a row that would open it",
      },
      {
        changed: ["role"],
        role: "standing by",
        ...state,
        detail: "standing by: the manager n2 leads the swarm, not the one here",
      },
    ]);
  });

  it("tells that the breaker opened", () => {
    const { watch, journal, heard } = watched();
    watch.look(seen(), LEADS);
    for (const moveId of ["m1", "m2", "m3"]) journal.moved(aMove({ moveId, outcome: "failed", at: AT }));
    watch.look(seen(), LEADS);
    const last = heard.at(-1);
    assert.ok(last?.type === "state");
    assert.deepEqual(last.data.changed, ["breaker"]);
    assert.equal(last.data.breaker, "open");
    assert.match(last.data.detail, /^the breaker is open: 3 moves in a row/);
  });

  it("tells of a pause as state and as order, with its reason, and of its end", () => {
    const { watch, heard } = watched();
    watch.look(seen(), LEADS);
    watch.look(seen({ orders: [PAUSE] }), LEADS);
    watch.look(seen(), LEADS);
    const order = { order: "p1", kind: "pause", reason: "freeze", given: AT, name: null };
    assert.deepEqual(
      told(heard)
        .slice(1)
        .map((data) => ({ ...(data as object) })),
      [
        {
          changed: ["paused"],
          role: "leading",
          mode: "act",
          paused: true,
          breaker: "closed",
          detail: `paused since ${AT}: freeze`,
        },
        { change: "given", ...order },
        {
          changed: ["paused"],
          role: "leading",
          mode: "act",
          paused: false,
          breaker: "closed",
          detail: "not paused",
        },
        { change: "ended", ...order },
      ],
    );
  });
});

describe("a watch of the orders", () => {
  it("names what an order is about", () => {
    const { watch, heard } = watched();
    watch.look(seen(), LEADS);
    const orders: readonly Order[] = [
      { kind: "drain", id: "d1", node: "n2", force: false, reason: "", at: AT },
      { kind: "pause", id: "p2", service: "web", until: null, reason: "", at: AT },
    ];
    watch.look(seen({ orders }), LEADS);
    assert.deepEqual(told(heard).slice(1), [
      { change: "given", order: "d1", kind: "drain", reason: "", given: AT, name: "n2" },
      { change: "given", order: "p2", kind: "pause", reason: "", given: AT, name: "web" },
    ]);
  });

  it("takes those that it finds for old, and a swarm that cannot be read for no sign", () => {
    const { watch, heard } = watched();
    watch.look(seen(UNREAD), STANDS_BY);
    watch.look(seen({ orders: [PAUSE] }), LEADS);
    watch.look(seen(UNREAD), STANDS_BY);
    watch.look(seen({ orders: [PAUSE] }), LEADS);
    assert.deepEqual(
      heard.map((event) => (event.type === "state" ? [event.data.changed, event.data.paused] : event.type)),
      [
        [["role", "mode", "paused", "breaker"], null],
        [["role", "paused", "breaker"], true],
        [["role"], true],
        [["role"], true],
      ],
    );
  });
});
