import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLoop, type Loop } from "../../../scheduler/loop.ts";
import { SILENT } from "../../support/silent-log.ts";

/** A round that ends when the test says. */
interface OpenRound {
  readonly trigger: string;
  readonly signal: AbortSignal;
  /** Ends it, and has another follow at once if so told. */
  readonly end: (isMore?: boolean) => void;
  readonly fail: (error: Error) => void;
}

/** Lets everything that is ready to run do so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function loopOfOpenRounds(): {
  readonly loop: Loop;
  readonly rounds: OpenRound[];
  readonly most: () => number;
} {
  const rounds: OpenRound[] = [];
  let open = 0;
  let most = 0;
  const round = async (trigger: string, signal: AbortSignal) => {
    open += 1;
    most = Math.max(most, open);
    try {
      return await new Promise<boolean>((end, fail) => {
        rounds.push({
          trigger,
          signal,
          fail,
          end: (isMore = false) => {
            end(isMore);
          },
        });
      });
    } finally {
      open -= 1;
    }
  };
  return { loop: createLoop(round, SILENT), rounds, most: () => most };
}

describe("the loop", () => {
  it("never runs two rounds at once: one that is asked for meanwhile follows", async () => {
    const { loop, rounds, most } = loopOfOpenRounds();
    loop.look("start");
    loop.look("schedule");
    await settled();
    assert.deepEqual(
      rounds.map(({ trigger }) => trigger),
      ["start"],
    );
    rounds[0]?.end();
    await settled();
    assert.deepEqual(
      rounds.map(({ trigger }) => trigger),
      ["start", "schedule"],
    );
    rounds[1]?.end();
    await settled();
    assert.equal(most(), 1);
  });

  it("makes several that are asked for during a round one, named by the first", async () => {
    const { loop, rounds } = loopOfOpenRounds();
    loop.look("start");
    for (const trigger of ["alert", "schedule", "signal"]) loop.look(trigger);
    rounds[0]?.end();
    await settled();
    rounds[1]?.end();
    await settled();
    assert.deepEqual(
      rounds.map(({ trigger }) => trigger),
      ["start", "alert"],
    );
  });

  it("runs again after it had come to rest", async () => {
    const { loop, rounds } = loopOfOpenRounds();
    for (const trigger of ["start", "schedule", "alert"]) {
      loop.look(trigger);
      rounds.at(-1)?.end();
      await settled();
    }
    assert.deepEqual(
      rounds.map(({ trigger }) => trigger),
      ["start", "schedule", "alert"],
    );
  });

  it("is not ended by a round that throws", async () => {
    const { loop, rounds } = loopOfOpenRounds();
    loop.look("start");
    loop.look("schedule");
    rounds[0]?.fail(new Error("the swarm is on fire"));
    await settled();
    rounds[1]?.fail(new Error("still"));
    await settled();
    loop.look("alert");
    assert.deepEqual(
      rounds.map(({ trigger }) => trigger),
      ["start", "schedule", "alert"],
    );
  });

  it("when stopped tells the round under way, waits for it, and starts no other", async () => {
    const { loop, rounds } = loopOfOpenRounds();
    loop.look("start");
    loop.look("schedule");
    assert.equal(rounds[0]?.signal.aborted, false);
    let stopped = false;
    const stop = loop.stop().then(() => {
      stopped = true;
    });
    await settled();
    assert.deepEqual([rounds[0].signal.aborted, stopped], [true, false]);
    rounds[0].end();
    await stop;
    loop.look("alert");
    await settled();
    assert.equal(rounds.length, 1);
  });

  it("stops at once when no round is under way, and more than once", async () => {
    const { loop, rounds } = loopOfOpenRounds();
    await loop.stop();
    await loop.stop();
    loop.look("schedule");
    await settled();
    assert.equal(rounds.length, 0);
  });
});
