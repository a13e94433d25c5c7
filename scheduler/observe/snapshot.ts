import { NO_HISTORY } from "../domain/history.ts";
import { NO_MEMORY } from "../domain/memory.ts";
import type { Node } from "../domain/node.ts";
import type { InputReport } from "../domain/input-report.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Task } from "../domain/task.ts";
import type { HistoryReading, SwarmReading, UsageReading } from "../ports.ts";
import { implausible } from "./plausible.ts";

export interface TrustLimits {
  readonly windowSeconds: number;
  readonly maxAgeSeconds: number;
}

/** What was measured, and where images are and what was used in the past, as far as that is known. */
interface Measurement extends UsageReading {
  readonly images?: Snapshot["images"];
  readonly past?: HistoryReading;
}

const NO_PAST: HistoryReading = { history: NO_HISTORY, doubts: [] };

/** Joins what the managers said with what was measured, and says what is missing or old. Pure. */
export function snapshotOf(
  swarm: SwarmReading,
  usage: Measurement,
  atMs: number,
  limits: TrustLimits,
): Snapshot {
  const measured = swarm.tasks.filter((task) => ranThroughWindow(task, atMs, limits.windowSeconds));
  const taskUsage = Object.fromEntries(
    measured.flatMap((task) => {
      const use = usage.taskUsage[task.id];
      return use === undefined ? [] : [[task.id, use]];
    }),
  );
  const impossible = implausible(swarm.nodes, measured, usage);
  const { past = NO_PAST } = usage;
  const doubts = [
    ...usage.report.doubts,
    ...doubtsOf(swarm.nodes, usage, limits),
    ...impossible,
    // That Prometheus is away is said once.
    ...(usage.report.doubts.length > 0 ? [] : past.doubts),
  ];
  const usageReport: InputReport = { ...usage.report, doubts };
  return {
    takenAtMs: atMs,
    nodes: swarm.nodes,
    services: swarm.services,
    tasks: swarm.tasks,
    orders: swarm.orders,
    nodeUsage: usage.nodeUsage,
    ...(usage.others === undefined ? {} : { others: usage.others }),
    windowSeconds: limits.windowSeconds,
    taskUsage,
    images: usage.images ?? {},
    history: past.history,
    inputs: [swarm.report, usageReport],
    memory: NO_MEMORY,
  };
}

/** `rate` over a window that a task did not live through understates it. */
function ranThroughWindow(task: Task, atMs: number, windowSeconds: number): boolean {
  return task.state === "running" && task.stateSinceMs <= atMs - windowSeconds * 1000;
}

function doubtsOf(
  nodes: readonly Node[],
  usage: UsageReading,
  { maxAgeSeconds }: TrustLimits,
): readonly string[] {
  if (usage.report.doubts.length > 0) return [];
  return nodes
    .filter((node) => node.state === "ready")
    .flatMap((node) => {
      const age = usage.ages[node.id];
      if (age === undefined) return [`no sample of ${node.hostname}: its agent is down or not scraped`];
      if (Math.abs(age) <= maxAgeSeconds) return [];
      return [
        `the newest sample of ${node.hostname} is ${age.toFixed(1)} s old, more than ${maxAgeSeconds} s`,
      ];
    });
}
