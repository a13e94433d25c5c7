import { larger, NOTHING, type Resources } from "../../../domain/resources.ts";
import type { SwarmReading } from "../../../ports.ts";
import { mostOf } from "../../plausible.ts";
import type { Wanted } from "./store.ts";

/** What is in the swarm now. */
export type Present = Pick<SwarmReading, "nodes" | "services" | "tasks">;

/** Of what a series is wanted, by kind. */
export interface WantedSeries {
  readonly tasks: readonly Wanted[];
  readonly services: readonly Wanted[];
  readonly nodes: readonly Wanted[];
}

const ANY: Resources = { cpuCores: Number.POSITIVE_INFINITY, memoryBytes: Number.POSITIVE_INFINITY };

/** The tasks that run, since they began to; all services and nodes. What is not believed hangs on a node's capacity. */
export function wantedOf({ nodes, services, tasks }: Present): WantedSeries {
  const mosts = new Map(nodes.map(({ id, resources }) => [id, mostOn(resources)]));
  const mostOnAny = [...mosts.values()].reduce(larger, NOTHING);
  return {
    tasks: tasks
      .filter(({ state }) => state === "running")
      .map(({ id, nodeId, stateSinceMs }) => ({
        id,
        sinceMs: stateSinceMs,
        most: mosts.get(nodeId) ?? mostOnAny,
      })),
    services: services.map(({ id }) => ({ id, sinceMs: 0, most: mostOnAny })),
    nodes: [...mosts].map(([id, most]) => ({ id, sinceMs: 0, most })),
  };
}

/** A node that does not say what it has bounds nothing. */
function mostOn(resources: Resources): Resources {
  return resources.cpuCores > 0 && resources.memoryBytes > 0 ? mostOf(resources) : ANY;
}

export function idsOf(wanted: readonly Wanted[]): ReadonlySet<string> {
  return new Set(wanted.map(({ id }) => id));
}
