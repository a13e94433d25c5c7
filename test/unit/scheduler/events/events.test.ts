import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createEvents, type Subscription } from "../../../../scheduler/events/events.ts";
import { runs } from "../../../support/runs.ts";
import { SILENT } from "../../../support/silent-log.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { aMove, aState, nameOf, NEVER, someEvents, taken } from "./fixture.ts";

function reader(over: Partial<Subscription> = {}): Subscription {
  return { after: null, types: [], signal: NEVER, ...over };
}

describe("a reader of the events", () => {
  it("is told of what comes after it came, in order, with the moment and the data", async () => {
    const events = someEvents();
    events.publish("state", aState(1));
    const reading = events.subscribe(reader());
    events.publish("state", aState(2));
    events.publish("move", aMove());
    assert.deepEqual(await taken(reading, 2), [
      { id: "r-2", type: "state", at: new Date(NOW).toISOString(), data: aState(2) },
      { id: "r-3", type: "move", at: new Date(NOW).toISOString(), data: aMove() },
    ]);
  });

  it("is told of what happens while it waits", async () => {
    const events = someEvents();
    const told = taken(events.subscribe(reader()), 2);
    await Promise.resolve();
    events.publish("state", aState(1));
    events.publish("state", aState(2));
    assert.deepEqual((await told).map(nameOf), ["r-1", "r-2"]);
  });

  it("goes on where it left off", async () => {
    const events = someEvents();
    for (const each of [1, 2, 3]) events.publish("state", aState(each));
    const told = await taken(events.subscribe(reader({ after: "r-1" })), 2);
    assert.deepEqual(told.map(nameOf), ["r-2", "r-3"]);
  });

  it("is told of the gap where what came since is held no more, then of all that is held", async () => {
    const events = someEvents(2);
    for (const each of [1, 2, 3, 4]) events.publish("state", aState(each));
    const told = await taken(events.subscribe(reader({ after: "r-1" })), 3);
    assert.deepEqual(told.map(nameOf), ["gap", "r-3", "r-4"]);
    assert.deepEqual(told[0]?.data, { detail: "1 events since the last id are held no more" });
  });

  for (const after of ["other-1", "r-9", "r-", "1", "r-1x", "__proto__"]) {
    it(`is told of a gap after an id that is none of this run: ${after}`, async () => {
      const events = someEvents();
      events.publish("state", aState(1));
      const told = await taken(events.subscribe(reader({ after })), 2);
      assert.deepEqual(told.map(nameOf), ["gap", "r-1"]);
    });
  }

  it("is told of the types only that it wants", async () => {
    const events = someEvents();
    const reading = events.subscribe(reader({ types: ["move"] }));
    events.publish("state", aState(1));
    events.publish("move", aMove());
    assert.deepEqual((await taken(reading, 1)).map(nameOf), ["r-2"]);
  });

  it("is cut when it is overtaken, and is told so", async () => {
    const events = someEvents(3);
    const slow = events.subscribe(reader());
    events.publish("state", aState(1));
    assert.deepEqual((await taken(slow, 1)).map(nameOf), ["r-1"]);
    for (const each of [2, 3, 4, 5]) events.publish("state", aState(each));
    const rest = await taken(slow, 9);
    assert.deepEqual(rest.map(nameOf), ["cut"]);
    assert.match(String(rest[0]?.type === "cut" && rest[0].data.detail), /^1 events came faster/);
  });

  it("comes to its end when it left, and when the events end, which it is told of to the last", async () => {
    const events = someEvents();
    const leaving = new AbortController();
    const left = taken(events.subscribe(reader({ signal: leaving.signal })), 1);
    const stays = taken(events.subscribe(reader()), 9);
    await Promise.resolve();
    leaving.abort();
    assert.deepEqual(await left, []);
    events.publish("state", aState(1));
    events.close();
    assert.deepEqual((await stays).map(nameOf), ["r-1"]);
    assert.deepEqual(await taken(events.subscribe(reader()), 1), [], "nothing more will come");
  });
});

describe("telling", () => {
  it("never throws, and a listener that fails keeps nobody else from hearing", () => {
    const warned: unknown[] = [];
    const log = { warn: (facts: unknown) => warned.push(facts) };
    const events = createEvents({ log, run: "r" });
    const heard: string[] = [];
    events.listen(() => {
      throw new Error("no");
    });
    const leave = events.listen(({ id }) => heard.push(id));
    events.publish("state", aState(1));
    leave();
    events.publish("state", aState(2));
    assert.deepEqual(heard, ["r-1"]);
    assert.equal(warned.length, 2);
  });

  it("has ids of its own in each run", () => {
    const ids = [1, 2].map(() => {
      const heard: string[] = [];
      const events = createEvents({ log: SILENT });
      events.listen(({ id }) => heard.push(id));
      events.publish("state", aState(1));
      return heard[0];
    });
    assert.notEqual(ids[0], ids[1]);
  });
});

describe("whatever is told and read, in whatever order", () => {
  it("a reader misses nothing without being told", async () => {
    const step = fc.record({ tell: fc.nat(6), read: fc.nat(6) });
    const some = fc.record({
      keep: fc.integer({ min: 1, max: 8 }),
      before: fc.nat(10),
      steps: fc.array(step, { maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(some, async ({ keep, before, steps }) => {
        const events = someEvents(keep);
        const tell = (count: number): void => {
          for (let each = 0; each < count; each += 1) events.publish("state", aState(each));
        };
        tell(before);
        const reading = events.subscribe(reader({ after: "r-1" }));
        let total = before;
        // The number of the last one that the reader was told of, or knows to be lost.
        let last = before === 0 ? 0 : 1;
        for (const { tell: count, read } of steps) {
          tell(count);
          total += count;
          // Only what is there: with nothing left, a reader waits.
          for (let each = 0; each < read && last < total; each += 1) {
            const [told] = await taken(reading, 1);
            assert.ok(told !== undefined);
            if (told.type === "cut") {
              assert.ok(last < total - keep, "who keeps up is not cut");
              return;
            }
            if (told.type === "gap") {
              assert.ok(before === 0 || before - keep > last, "a gap is one");
              last = Math.max(0, before - keep);
            } else {
              last += 1;
              assert.equal(told.id, `r-${last}`);
            }
          }
        }
      }),
      runs(200),
    );
  });
});
