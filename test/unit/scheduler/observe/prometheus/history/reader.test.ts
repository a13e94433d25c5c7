import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_HISTORY } from "../../../../../../scheduler/domain/history.ts";
import { HISTORY_QUERIES } from "../../../../../../scheduler/observe/prometheus/history/queries.ts";
import { createHistoryReader } from "../../../../../../scheduler/observe/prometheus/history/reader.ts";
import { aTask, GIB, LONG_AGO } from "../../../../../support/swarm-builder.ts";
import {
  answers,
  AT,
  cpuAt,
  fakePrometheus,
  float,
  NEWEST,
  OPTIONS,
  POINTS,
  PRESENT,
  spansOf,
  STEP,
  STEP_MS,
  upTo,
  url,
  usual,
} from "./past-answers.ts";

const { NaN: UNKNOWN } = Number;

describe("a reading of the past", () => {
  it("has every step up to the newest that has settled, of tasks, services and nodes", async () => {
    answers();
    const { history, doubts } = await createHistoryReader(OPTIONS).readHistory(PRESENT, AT);
    assert.deepEqual(doubts, []);
    assert.deepEqual([history.stepSeconds, history.points], [STEP, POINTS]);
    for (const [kind, id] of [
      ["tasks", "web.1"],
      ["services", "web"],
      ["remainders", "n1"],
    ] as const) {
      const series = history[kind][id] ?? assert.fail(kind);
      assert.deepEqual(Object.keys(history[kind]), [id]);
      assert.deepEqual(
        [...series.cpuCores],
        upTo(NEWEST, (step) => float(cpuAt(step))),
      );
      assert.deepEqual(
        [...series.memoryBytes],
        upTo(NEWEST, () => 1000),
      );
    }
  });

  it("asks for two hours at a time, one query after the other", async () => {
    const asked = answers();
    await createHistoryReader(OPTIONS).readHistory(PRESENT, AT);
    assert.deepEqual(spansOf(asked), ["-15..-12", "-11..-8", "-7..-4", "-3..0"]);
    assert.deepEqual(
      asked.map(({ name }) => name),
      Array.from({ length: 4 }, () => HISTORY_QUERIES).flat(),
    );
  });

  it("leaves open what a younger Prometheus does not know: that is no doubt", async () => {
    answers((step, name) => (step < NEWEST - 1 ? null : usual(step, name)));
    const { history, doubts } = await createHistoryReader(OPTIONS).readHistory(PRESENT, AT);
    assert.deepEqual(doubts, []);
    const known = (step: number) => (step < NEWEST - 1 ? UNKNOWN : float(cpuAt(step)));
    assert.deepEqual([...(history.tasks["web.1"]?.cpuCores ?? [])], upTo(NEWEST, known));
    answers(() => null);
    const empty = await createHistoryReader(OPTIONS).readHistory(PRESENT, AT);
    assert.deepEqual(empty, {
      history: { ...NO_HISTORY, stepSeconds: STEP, points: POINTS },
      doubts: [],
    });
  });

  it("drops what cannot be: less than nothing, and twice as much as the node has", async () => {
    answers((step, name) => {
      const isMemory = name.endsWith("emory") || name === "memoryRemainder";
      if (step === NEWEST) return isMemory ? String(33 * GIB) : "8.01";
      if (step === NEWEST - 1) return "-1";
      return isMemory ? String(32 * GIB) : "8";
    });
    const { history } = await createHistoryReader(OPTIONS).readHistory(PRESENT, AT);
    for (const series of [history.tasks["web.1"], history.services["web"], history.remainders["n1"]]) {
      assert.deepEqual([...(series?.cpuCores.slice(-3) ?? [])], [8, UNKNOWN, UNKNOWN]);
      assert.deepEqual([...(series?.memoryBytes.slice(-3) ?? [])], [32 * GIB, UNKNOWN, UNKNOWN]);
    }
  });

  it("has no step of a task that it did not run all through", async () => {
    answers();
    const stateSinceMs = (NEWEST - 3) * STEP_MS + 1;
    const tasks = [aTask("web.1", { stateSinceMs })];
    const { history } = await createHistoryReader(OPTIONS).readHistory({ ...PRESENT, tasks }, AT);
    const known = (step: number) => (step < NEWEST - 1 ? UNKNOWN : float(cpuAt(step)));
    assert.deepEqual([...(history.tasks["web.1"]?.cpuCores ?? [])], upTo(NEWEST, known));
  });

  it("has the tasks that run, and no other", async () => {
    answers();
    const tasks = [aTask("web.1", { state: "shutdown" }), aTask("web.2")];
    const { history } = await createHistoryReader(OPTIONS).readHistory({ ...PRESENT, tasks }, AT);
    assert.deepEqual(history.tasks, {});
  });

  it("folds what is longer than a day, each moment to the highest of its days", async () => {
    const day = 86_400 / STEP;
    const oldHigh = NEWEST - day - 5;
    answers((step, name) => (step === oldHigh ? "7" : usual(step, name)));
    const reader = createHistoryReader({ ...OPTIONS, historySeconds: 2 * 86_400 });
    const { nodes, services } = PRESENT;
    const tasks = [aTask("web.1", { stateSinceMs: LONG_AGO - 5 * 86_400_000 })];
    const { history } = await reader.readHistory({ nodes, services, tasks }, AT);
    assert.equal(history.points, day);
    const highest = (step: number) =>
      step === oldHigh + day ? 7 : float(Math.max(cpuAt(step), cpuAt(step - day)));
    assert.deepEqual([...(history.tasks["web.1"]?.cpuCores ?? [])], upTo(NEWEST, highest, day));
  });
});

describe("the next reading of the past", () => {
  it("asks nothing while no step has closed, and for the one that has", async () => {
    const reader = createHistoryReader(OPTIONS);
    answers();
    const first = await reader.readHistory(PRESENT, AT);
    const asked = answers();
    assert.deepEqual(await reader.readHistory(PRESENT, AT + STEP_MS - 1), first);
    assert.deepEqual(asked, []);
    const { history } = await reader.readHistory(PRESENT, AT + STEP_MS);
    assert.deepEqual(
      asked,
      HISTORY_QUERIES.map((name) => ({ name, first: NEWEST + 1, last: NEWEST + 1 })),
    );
    const shifted = upTo(NEWEST + 1, (step) => float(cpuAt(step)));
    assert.deepEqual([...(history.tasks["web.1"]?.cpuCores ?? [])], shifted);
    assert.deepEqual([...(history.remainders["n1"]?.cpuCores ?? [])], shifted);
  });

  it("says of a step without an answer that it is open, and not what was in its place a day ago", async () => {
    const reader = createHistoryReader(OPTIONS);
    answers();
    await reader.readHistory(PRESENT, AT);
    answers(() => null);
    const { history } = await reader.readHistory(PRESENT, AT + STEP_MS);
    assert.ok(Number.isNaN(history.tasks["web.1"]?.cpuCores.at(-1)));
    assert.equal(history.tasks["web.1"]?.cpuCores.at(-2), float(cpuAt(NEWEST)));
  });

  it("goes on where an earlier one failed", async () => {
    const reader = createHistoryReader(OPTIONS);
    let left = 10;
    answers(undefined);
    const sound = fakePrometheus.answer;
    fakePrometheus.answer = (request) => (left-- > 0 ? sound(request) : { status: 503, body: "" });
    const failed = await reader.readHistory(PRESENT, AT);
    assert.deepEqual([failed.history, failed.doubts.length], [NO_HISTORY, 1]);
    const asked = answers();
    const { history, doubts } = await reader.readHistory(PRESENT, AT);
    assert.deepEqual(doubts, []);
    assert.deepEqual(spansOf(asked), ["-11..-8", "-7..-4", "-3..0"]);
    assert.deepEqual(
      [...(history.tasks["web.1"]?.cpuCores ?? [])],
      upTo(NEWEST, (step) => float(cpuAt(step))),
    );
  });

  it("goes on where an earlier one lost its patience, which says so", async () => {
    const reader = createHistoryReader({ ...OPTIONS, patienceSeconds: 0 });
    const asked = answers();
    for (const left of [12, 8, 4]) {
      const { history, doubts } = await reader.readHistory(PRESENT, AT);
      assert.deepEqual(history, NO_HISTORY);
      assert.deepEqual(doubts, [
        `Prometheus at ${url} cannot be counted on: the past is still being read, ${left} steps are to come`,
      ]);
    }
    const { history, doubts } = await reader.readHistory(PRESENT, AT);
    assert.deepEqual(doubts, []);
    assert.equal(history.tasks["web.1"]?.cpuCores[0], float(cpuAt(NEWEST - POINTS + 1)));
    assert.deepEqual(spansOf(asked), ["-15..-12", "-11..-8", "-7..-4", "-3..0"]);
  });

  it("waits for one that is under way, and asks for nothing twice", async () => {
    const reader = createHistoryReader(OPTIONS);
    const asked = answers();
    const [one, other] = await Promise.all([
      reader.readHistory(PRESENT, AT),
      reader.readHistory(PRESENT, AT + 1),
    ]);
    assert.deepEqual(one, other);
    assert.equal(asked.length, 4 * HISTORY_QUERIES.length);
  });

  it("forgets what is gone", async () => {
    const reader = createHistoryReader(OPTIONS);
    answers();
    await reader.readHistory(PRESENT, AT);
    const gone = await reader.readHistory({ nodes: [], services: [], tasks: [] }, AT);
    assert.deepEqual([gone.history.tasks, gone.history.services, gone.history.remainders], [{}, {}, {}]);
    const again = await reader.readHistory(PRESENT, AT);
    assert.deepEqual(again.history.tasks, {});
  });

  it("asks for all of it again after a restart, and after the clock was set back", async () => {
    const reader = createHistoryReader(OPTIONS);
    answers();
    await reader.readHistory(PRESENT, AT);
    const asked = answers();
    await reader.readHistory(PRESENT, AT - STEP_MS);
    assert.deepEqual(asked, []);
    const { history } = await reader.readHistory(PRESENT, AT - 2 * STEP_MS);
    assert.deepEqual(spansOf(asked), ["-17..-14", "-13..-10", "-9..-6", "-5..-2"]);
    assert.equal(history.tasks["web.1"]?.cpuCores.at(-1), float(cpuAt(NEWEST - 2)));
    const afresh = answers();
    await createHistoryReader(OPTIONS).readHistory(PRESENT, AT);
    assert.equal(spansOf(afresh).length, 4);
  });
});
