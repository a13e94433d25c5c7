import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRunner } from "../../../agent/collect.ts";
import type { NamedCollector as Collector } from "../../../agent/collectors/contract.ts";
import { gauge, single } from "../../../agent/metric.ts";
import { fixtureSources } from "./fixture.ts";

function collector(read: () => number | null | Promise<number | null>): Collector<number> {
  return {
    name: "probe",
    describes: "either",
    read,
    parse: (raw) => [single(gauge("probe", "A probe."), raw)],
  };
}

describe("the framework around a collector", () => {
  it("hands on what was parsed", async () => {
    const { collector: name, outcome } = await createRunner(
      collector(() => 7),
      1,
    )(fixtureSources("v1"));
    assert.equal(name, "probe");
    assert.equal(outcome.kind === "data" && outcome.families[0]?.points[0]?.value, 7);
  });

  it("tells no data from a failure", async () => {
    const absent = await createRunner(
      collector(() => null),
      1,
    )(fixtureSources("v1"));
    assert.equal(absent.outcome.kind, "no data");
    const run = createRunner(
      collector(() => {
        throw new Error("EIO");
      }),
      1,
    );
    const { outcome } = await run(fixtureSources("v1"));
    assert.equal(outcome.kind === "failure" && outcome.error.message, "EIO");
  });

  it("makes a rejection and a parse error failures too", async () => {
    const rejected = await createRunner(
      collector(() => Promise.reject(new Error("late"))),
      1,
    )(fixtureSources("v1"));
    assert.equal(rejected.outcome.kind, "failure");
    const broken: Collector = {
      name: "broken",
      describes: "either",
      read: () => 1,
      parse: () => {
        throw new Error("unreadable");
      },
    };
    assert.equal((await createRunner(broken, 1)(fixtureSources("v1"))).outcome.kind, "failure");
  });

  it("gives up in time, and does not start a busy collector again", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let started = 0;
    let finish: (value: number) => void = () => undefined;
    const hung = collector(() => {
      started += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    const run = createRunner(hung, 3);
    const first = run(fixtureSources("v1"));
    t.mock.timers.tick(3000);
    const { outcome } = await first;
    assert.equal(outcome.kind === "failure" && outcome.error.message, "no answer within 3 s");
    assert.equal((await run(fixtureSources("v1"))).outcome.kind, "failure");
    assert.equal(started, 1);
    finish(1);
    await new Promise(setImmediate);
    const third = run(fixtureSources("v1"));
    finish(2);
    assert.equal((await third).outcome.kind, "data");
    assert.equal(started, 2);
  });

  it("times what is read at once without its neighbours' time", async () => {
    const sources = fixtureSources("v1");
    const clock = { now: () => 0, at: 0, monotonic: () => clock.at };
    const timed = { ...sources, clock };
    const takes = (seconds: number): Collector =>
      collector(() => {
        clock.at += seconds;
        return 1;
      });
    const runners = [createRunner(takes(1), 9), createRunner(takes(5), 9)];
    const reports = await Promise.all(runners.map((run) => run(timed)));
    assert.deepEqual(
      reports.map(({ seconds }) => seconds),
      [1, 5],
    );
  });
});
