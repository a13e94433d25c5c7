import { SWARM_LABEL } from "../../../../common/metrics/names.ts";
import type { PerResource } from "../../../domain/resources.ts";
import type { Span, Trace } from "../range.ts";
import { higher } from "./fold.ts";
import type { HistoryQuery } from "./queries.ts";

/** The answers of one span, by the queries' names. */
export type Traces = Readonly<Record<HistoryQuery, readonly Trace[]>>;

/** Of tasks, by the name of what the policy adds. */
export type OtherTraces = Readonly<Record<string, readonly Trace[]>>;

/** Numbers of one resource at the moments of one span, by id. */
type ById = ReadonlyMap<string, Float32Array>;

/** What was asked for, in one span: CPU in cores, memory in bytes, what the policy adds in its own units. */
export interface Piece {
  readonly tasks: Measured;
  readonly services: Measured;
  readonly nodes: Measured;
}

/** By resource. */
export type Measured = PerResource<ById>;

/** Puts the answers of one span together. Pure. */
export function pieceOf(traces: Traces, span: Span, others: OtherTraces = {}): Piece {
  const nodeAt = nodesOver(traces.agents, span);
  return {
    tasks: {
      ...Object.fromEntries(
        Object.entries(others).map(([name, ofTasks]) => [name, byLabel(ofTasks, SWARM_LABEL.taskId)]),
      ),
      cpu: byLabel(traces.taskCpu, SWARM_LABEL.taskId),
      memory: byLabel(traces.taskMemory, SWARM_LABEL.taskId),
    },
    services: {
      cpu: byLabel(traces.serviceCpu, SWARM_LABEL.serviceId),
      memory: byLabel(traces.serviceMemory, SWARM_LABEL.serviceId),
    },
    nodes: {
      cpu: byNode(traces.cpuRemainder, nodeAt),
      memory: byNode(traces.memoryRemainder, nodeAt),
    },
  };
}

/** By one label; where two agents tell of the same thing at one moment, the higher counts. */
function byLabel(traces: readonly Trace[], label: string): ById {
  const found = new Map<string, Float32Array>();
  for (const { labels, values } of traces) {
    const id = labels[label] ?? "";
    if (id !== "") put(found, id, values);
  }
  return found;
}

function put(found: Map<string, Float32Array>, id: string, values: Float32Array): void {
  const known = found.get(id);
  found.set(id, known === undefined ? values : known.map((value, at) => higher(value, values[at])));
}

/** On which node an agent's address was at each moment; null where none was, or where two claim it. */
type NodesOver = ReadonlyMap<string, readonly (string | null)[]>;

function nodesOver(agents: readonly Trace[], { first, last }: Span): NodesOver {
  const claims = Map.groupBy(agents, instanceOf);
  return new Map(
    [...claims].map(([instance, traces]) => {
      const nodes = Array.from({ length: last - first + 1 }, (_, at) => {
        const there = traces.filter(({ values }) => !Number.isNaN(values[at] ?? Number.NaN));
        const ids = new Set(there.map(({ labels }) => labels["node_id"] ?? ""));
        const [id = ""] = ids;
        return ids.size === 1 && id !== "" ? id : null;
      });
      return [instance, nodes];
    }),
  );
}

function byNode(traces: readonly Trace[], nodesOver: NodesOver): ById {
  const found = new Map<string, Float32Array>();
  for (const trace of traces) {
    const nodes = nodesOver.get(instanceOf(trace)) ?? [];
    for (const id of new Set(nodes)) {
      if (id === null) continue;
      const here = trace.values.map((value, at) => (nodes[at] === id ? value : Number.NaN));
      put(found, id, here);
    }
  }
  return found;
}

function instanceOf({ labels }: Trace): string {
  return labels["instance"] ?? "";
}
