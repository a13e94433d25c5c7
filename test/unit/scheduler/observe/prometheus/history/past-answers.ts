import assert from "node:assert/strict";
import { SWARM_LABEL } from "../../../../../../common/metrics/names.ts";
import {
  HISTORY_QUERIES,
  historyQueries,
  type HistoryQuery,
} from "../../../../../../scheduler/observe/prometheus/history/queries.ts";
import { startFakeServer, type FakeAnswer } from "../../../../../support/fake-server.ts";
import { aNode, aService, aTask, NOW } from "../../../../../support/swarm-builder.ts";

export const STEP = 1800;
/** Eight hours of half hours. */
export const POINTS = 16;
export const STEP_MS = STEP * 1000;
/** The newest closed step at NOW, which is a minute after its end. */
export const NEWEST = NOW / 1000 / STEP;
export const AT = NOW + 60_000;

export const fakePrometheus = await startFakeServer(() => "never");
export const url = `http://127.0.0.1:${fakePrometheus.port}`;
export const OPTIONS = {
  url,
  timeoutSeconds: 10,
  historySeconds: POINTS * STEP,
  stepSeconds: STEP,
  settleSeconds: 60,
  patienceSeconds: 60,
};
const NAMES = new Map(
  HISTORY_QUERIES.map((name): readonly [string, HistoryQuery] => [historyQueries(STEP)[name], name]),
);
const LABELS: Readonly<Record<HistoryQuery, Readonly<Record<string, string>>>> = {
  agents: { instance: "a:1", node_id: "n1" },
  taskCpu: { instance: "a:1", [SWARM_LABEL.taskId]: "web.1" },
  taskMemory: { instance: "a:1", [SWARM_LABEL.taskId]: "web.1" },
  serviceCpu: { [SWARM_LABEL.serviceId]: "web" },
  serviceMemory: { [SWARM_LABEL.serviceId]: "web" },
  cpuRemainder: { instance: "a:1" },
  memoryRemainder: { instance: "a:1" },
};
export const PRESENT = { nodes: [aNode("n1")], services: [aService("web")], tasks: [aTask("web.1")] };

export interface Asked {
  readonly name: HistoryQuery;
  readonly first: number;
  readonly last: number;
}

/** What is at a step, as Prometheus writes it; null where it knows nothing. */
export type At = (step: number, name: HistoryQuery) => string | null;

/** CPU that tells its step by the hundredth, so that who is read in the wrong place is seen. */
export function usual(step: number, name: HistoryQuery): string {
  return name.endsWith("emory") || name === "memoryRemainder" ? "1000" : String(cpuAt(step));
}

export function cpuAt(step: number): number {
  return (step % 400) / 100;
}

export function float(value: number): number {
  return Math.fround(value);
}

/** Answers as Prometheus does, and keeps what was asked from now on. */
export function answers(
  at: At = usual,
  over: Partial<Record<HistoryQuery, FakeAnswer>> = {},
): readonly Asked[] {
  const asked: Asked[] = [];
  fakePrometheus.answer = ({ body }) => {
    const form = Object.fromEntries(new URLSearchParams(body));
    const name = NAMES.get(form["query"] ?? "") ?? assert.fail(body);
    const [first, last] = [Number(form["start"]) / STEP, Number(form["end"]) / STEP];
    asked.push({ name, first, last });
    return over[name] ?? { body: matrixOf(name, first, last, at) };
  };
  return asked;
}

function matrixOf(name: HistoryQuery, first: number, last: number, at: At): unknown {
  const values = Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((step) => {
    const text = at(step, name);
    return text === null ? [] : [[step * STEP, text]];
  });
  const result = values.length === 0 ? [] : [{ metric: LABELS[name], values }];
  return { status: "success", data: { resultType: "matrix", result } };
}

/** The newest of so many steps up to `newest`, through what each is. */
export function upTo(newest: number, what: (step: number) => number, points = POINTS): readonly number[] {
  return Array.from({ length: points }, (_, index) => what(newest - points + 1 + index));
}

export function spansOf(asked: readonly Asked[]): readonly string[] {
  return [...new Set(asked.map(({ first, last }) => `${first - NEWEST}..${last - NEWEST}`))];
}
