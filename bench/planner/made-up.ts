import type { Series } from "../../scheduler/domain/history.ts";
import { NO_MEMORY } from "../../scheduler/domain/memory.ts";
import type { Node } from "../../scheduler/domain/node.ts";
import { NOTHING, type Resources } from "../../scheduler/domain/resources.ts";
import type { Service } from "../../scheduler/domain/service.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";
import type { Task } from "../../scheduler/domain/task.ts";
import { NOW } from "../../test/support/swarm-builder.ts";

/** What a made-up swarm consists of. */
export interface MadeUp {
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  /** Each with its load over the day; what it uses now is the last of it. */
  readonly placed: readonly { readonly task: Task; readonly series: Series }[];
  /** Of the history, beside now. */
  readonly points: number;
  /** What a node uses beside its tasks. */
  readonly beside: (node: Node) => Resources;
}

/** A trusted snapshot of it. */
export function snapshotOf({ nodes, services, placed, points, beside }: MadeUp): Snapshot {
  return {
    takenAtMs: NOW,
    nodes,
    services,
    tasks: placed.map(({ task }) => task),
    orders: [],
    nodeUsage: Object.fromEntries(
      nodes.map((node) => [node.id, { capacity: node.resources, used: NOTHING, remainder: beside(node) }]),
    ),
    windowSeconds: 300,
    taskUsage: Object.fromEntries(placed.map(({ task, series }) => [task.id, lastOf(series)])),
    images: {},
    history: {
      stepSeconds: points > 0 ? 86_400 / points : 0,
      points,
      tasks: Object.fromEntries(placed.map(({ task, series }) => [task.id, series])),
      services: {},
      remainders: {},
    },
    inputs: [
      { source: "swarm", ageSeconds: 0, doubts: [] },
      { source: "prometheus", ageSeconds: 5, doubts: [] },
    ],
    memory: NO_MEMORY,
  };
}

function lastOf({ cpuCores, memoryBytes }: Series): Resources {
  return { cpuCores: cpuCores.at(-1) ?? 0, memoryBytes: memoryBytes.at(-1) ?? 0 };
}
