import type { Decision, NodeScore, PlannedMove } from "../../../scheduler/domain/decision.ts";
import { NO_HISTORY } from "../../../scheduler/domain/history.ts";
import { NO_MEMORY } from "../../../scheduler/domain/memory.ts";
import type { Node } from "../../../scheduler/domain/node.ts";
import { NOTHING } from "../../../scheduler/domain/resources.ts";
import type { Service, SteerMark } from "../../../scheduler/domain/service.ts";
import type { Snapshot } from "../../../scheduler/domain/snapshot.ts";
import type { Task } from "../../../scheduler/domain/task.ts";
import type { JournalEntry } from "../../../scheduler/journal/journal.ts";
import type { MoveResult } from "../../../scheduler/ports.ts";
import type { FinishedMove, NodeRow, View } from "../../../demo/view.ts";
import * as ordinary from "../../support/swarm-builder.ts";

/** What the scheduler's API answers, with everything that a test does not name left ordinary. */
export function aNode(hostname: string, other: Partial<Node> = {}): Node {
  return ordinary.aNode(`id-${hostname}`, { hostname, ...other });
}

export function aService(name: string, steer: SteerMark | null = null): Service {
  return ordinary.aService(`id-${name}`, { name, steer });
}

export function aTask(service: string, node: string, other: Partial<Task> = {}): Task {
  const stands = { serviceId: `id-${service}`, nodeId: `id-${node}`, slot: 1 };
  return ordinary.aTask(`${service}-on-${node}`, { ...stands, ...other });
}

export function aSnapshot(other: Partial<Snapshot>): Snapshot {
  return {
    takenAtMs: 0,
    windowSeconds: 600,
    nodes: [],
    services: [],
    tasks: [],
    orders: [],
    nodeUsage: {},
    taskUsage: {},
    inputs: [],
    images: {},
    history: NO_HISTORY,
    memory: NO_MEMORY,
    ...other,
  };
}

export function aMove(service: string, fromName: string, toName: string, reason: string): PlannedMove {
  return {
    serviceId: `id-${service}`,
    service,
    taskId: "task",
    slot: 1,
    from: `id-${fromName}`,
    to: `id-${toName}`,
    fromName,
    toName,
    load: NOTHING,
    order: "start-first",
    reason,
    goal: "overload",
    batch: 0,
    gain: 1,
    price: 0.1,
    unlocks: [],
    evidence: {
      at: "2026-01-01T00:00:00.000Z",
      fromBefore: null,
      fromAfter: null,
      toBefore: null,
      toAfter: null,
    },
  };
}

export function aResult(moveId: string, other: Partial<MoveResult> = {}): MoveResult {
  return {
    moveId,
    service: "shop_web",
    serviceId: "id-shop_web",
    fromId: "id-node2",
    toId: "id-node4",
    startSeconds: 1,
    collateral: 0,
    fromName: "node2",
    toName: "node4",
    outcome: "landed",
    detail: "task x runs on the planned node",
    seconds: 4.25,
    ...other,
  };
}

export function aScore(hostname: string, cpu: number, memory: number): NodeScore {
  const load = (ratio: number) => ({ used: ratio, capacity: 1, ratio, peak: ratio });
  return {
    id: `id-${hostname}`,
    hostname,
    state: "ready",
    load: { cpu: load(cpu), memory: load(memory) },
    loadAfter: null,
    notes: [],
  };
}

export function anEntry(decision: Partial<Decision>, results: readonly MoveResult[] = []): JournalEntry {
  return {
    trigger: "schedule",
    leads: true,
    withheld: null,
    results,
    decision: {
      id: "d1",
      at: "2026-01-01T00:00:00.000Z",
      mode: "act",
      outcome: "level",
      cause: "below-high",
      reason: "no node is above its high mark",
      inputs: [],
      imbalance: 0.1,
      imbalanceAfter: 0.1,
      nodes: [],
      moves: [],
      goals: [],
      curve: [],
      pursues: [],
      advice: [],
      refusals: [],
      ...decision,
    },
  };
}

export function aRow(hostname: string, other: Partial<NodeRow> = {}): NodeRow {
  return { hostname, role: "worker", cpu: 0.5, memory: 0.25, tasks: 1, workload: [], note: "", ...other };
}

export function aFinished(moveId: string, other: Partial<FinishedMove> = {}): FinishedMove {
  return { ...aResult(moveId), reason: "node2 stands at 97 % cpu", ...other };
}

export function aView(other: Partial<View> = {}): View {
  return { nodes: [], planned: [], underWay: [], finished: [], last: null, ...other };
}
