import { Router } from "express";
import type { History, Series } from "../domain/history.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Observe } from "../observe/observer.ts";

/** As many as anyone reads; more would only make the answer longer. */
const DIGITS = 4;

/** `GET /v1/snapshot`: everything a decision would know now. */
export function snapshotRoute(observe: Observe): Router {
  return Router().get("/v1/snapshot", async (_request, response) => {
    const { snapshot } = await observe();
    response.json(asJson(snapshot));
  });
}

/** With the history in plain lists of numbers of four significant digits, null where a number is not known. */
function asJson(snapshot: Snapshot): Readonly<Record<string, unknown>> {
  const { tasks, services, remainders, ...grid } = snapshot.history;
  const history = {
    ...grid,
    tasks: seriesAsJson(tasks),
    services: seriesAsJson(services),
    remainders: seriesAsJson(remainders),
  };
  return { ...snapshot, history };
}

function seriesAsJson(series: History["tasks"]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(series).map(([id, { cpuCores, memoryBytes, others }]) => [
      id,
      {
        cpuCores: numbersIn(cpuCores),
        memoryBytes: numbersIn(memoryBytes),
        ...(others === undefined ? {} : { others: othersAsJson(others) }),
      },
    ]),
  );
}

function othersAsJson(others: NonNullable<Series["others"]>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(others).map(([name, values]) => [name, numbersIn(values)]));
}

function numbersIn(values: Series["cpuCores"]): readonly (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : Number(value.toPrecision(DIGITS))));
}
