import type { MoveResult } from "../scheduler/ports.ts";
import type { Decision } from "../scheduler/domain/decision.ts";
import type { Node } from "../scheduler/domain/node.ts";
import type { SteerMark } from "../scheduler/domain/service.ts";
import type { Snapshot } from "../scheduler/domain/snapshot.ts";
import { isRunning } from "../scheduler/domain/task.ts";
import type { JournalEntry } from "../scheduler/journal/journal.ts";

/** A node as the demo shows it. Loads are shares of its capacity; null: not measured yet. */
export interface NodeRow {
  readonly hostname: string;
  readonly role: string;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly tasks: number;
  /** Of those, the workload's, by service. */
  readonly workload: readonly { readonly service: string; readonly count: number }[];
  /** What is out of the ordinary about it; empty when nothing is. */
  readonly note: string;
}

interface MoveUnderWay {
  readonly moveId: string;
  readonly service: string;
  readonly fromName: string;
  readonly toName: string;
}

export interface FinishedMove extends MoveResult {
  readonly reason: string;
}

/** What the scheduler concluded last. */
export type Conclusion = Pick<
  Decision,
  "outcome" | "cause" | "reason" | "imbalance" | "imbalanceAfter" | "moves"
> & {
  /** What became of its moves; empty while that is not known. */
  readonly results: readonly MoveResult[];
};

/** A move that Ballast would make now. */
export interface PlannedMove {
  readonly service: string;
  readonly fromName: string;
  readonly toName: string;
  readonly reason: string;
}

/** All that the demo shows, from one look at the scheduler's API. */
export interface View {
  /** By hostname. */
  readonly nodes: readonly NodeRow[];
  readonly planned: readonly PlannedMove[];
  readonly underWay: readonly MoveUnderWay[];
  /** Oldest first. */
  readonly finished: readonly FinishedMove[];
  /** Null before the scheduler's first decision. */
  readonly last: Conclusion | null;
}

/** What the scheduler's API answered. */
export interface Answers {
  readonly snapshot: Snapshot;
  readonly plan: Decision;
  /** The journal, newest first. */
  readonly entries: readonly JournalEntry[];
}

/** Joins the answers. `stack` is the workload's name. Pure. */
export function viewOf({ snapshot, plan, entries }: Answers, stack: string): View {
  const names = new Map(snapshot.nodes.map((node) => [node.id, node.hostname]));
  const [last] = entries;
  return {
    nodes: snapshot.nodes
      .map((node) => rowOf(node, snapshot, `${stack}_`))
      .toSorted((a, b) => a.hostname.localeCompare(b.hostname, "en", { numeric: true })),
    planned: plan.moves.map(({ service, fromName, toName, reason }) => ({
      service,
      fromName,
      toName,
      reason,
    })),
    underWay: snapshot.services.flatMap(({ name, steer }) =>
      steer === null ? [] : [underWay(name, steer, names)],
    ),
    finished: entries.toReversed().flatMap(finishedIn),
    last: last === undefined ? null : { ...last.decision, results: last.results },
  };
}

/** The rows with the loads that a decision counted with. */
export function withLoadsOf(rows: readonly NodeRow[], { nodes }: Decision): readonly NodeRow[] {
  const loads = new Map(nodes.map((node) => [node.hostname, node.load]));
  return rows.map((row) => {
    const load = loads.get(row.hostname) ?? null;
    return { ...row, cpu: load?.cpu.ratio ?? null, memory: load?.memory.ratio ?? null };
  });
}

function rowOf(node: Node, { tasks, services, nodeUsage }: Snapshot, prefix: string): NodeRow {
  const here = tasks.filter((task) => task.nodeId === node.id && isRunning(task));
  const usage = nodeUsage[node.id];
  const count = (serviceId: string) => here.filter((task) => task.serviceId === serviceId).length;
  return {
    hostname: node.hostname,
    role: node.role,
    cpu: usage === undefined ? null : share(usage.used.cpuCores, usage.capacity.cpuCores),
    memory: usage === undefined ? null : share(usage.used.memoryBytes, usage.capacity.memoryBytes),
    tasks: here.length,
    workload: services
      .filter(({ id, name }) => name.startsWith(prefix) && count(id) > 0)
      .map(({ id, name }) => ({ service: name.slice(prefix.length), count: count(id) }))
      .toSorted((a, b) => b.count - a.count || a.service.localeCompare(b.service, "en")),
    note: [node.state, node.availability].filter((word) => word !== "ready" && word !== "active").join(", "),
  };
}

function share(used: number, capacity: number): number {
  return capacity > 0 ? used / capacity : 1;
}

function underWay(
  service: string,
  { moveId, record }: SteerMark,
  names: ReadonlyMap<string, string>,
): MoveUnderWay {
  const field = (key: string) => new RegExp(`"${key}":"([^"]*)"`).exec(record)?.[1] ?? "";
  const name = (key: string) => names.get(field(key)) ?? "an unknown node";
  return { moveId, service, fromName: name("from"), toName: name("to") };
}

function finishedIn({ decision, results }: JournalEntry): readonly FinishedMove[] {
  return results.map((result) => ({
    ...result,
    reason: decision.moves.find((move) => isOf(move, result))?.reason ?? "found under way, begun earlier",
  }));
}

function isOf(move: Decision["moves"][number], { service, fromName, toName }: MoveResult): boolean {
  return move.service === service && move.fromName === fromName && move.toName === toName;
}
