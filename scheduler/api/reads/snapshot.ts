import type { History, Series } from "../../domain/history.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Observe } from "../../observe/observer.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { SNAPSHOT } from "../schemas/answers.ts";

/** As many as anyone reads; more would only make the answer longer. */
const DIGITS = 4;

/** Everything a decision would know now. */
export function snapshotEndpoint(observe: Observe): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/snapshot",
    id: "getSnapshot",
    summary: "Everything that a decision would know now",
    role: "viewer",
    answers: answers({ 200: document("the snapshot", SNAPSHOT) }),
    handle: async () => json(asJson((await observe()).snapshot)),
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
