import { NO_HISTORY, type History } from "../../scheduler/domain/history.ts";
import { RESOURCE_NAMES } from "../../scheduler/domain/resources.ts";
import { missingSpans, newestClosed, reachOf } from "../../scheduler/observe/prometheus/history/moments.ts";
import { createSeriesStore } from "../../scheduler/observe/prometheus/history/store.ts";
import { idsOf, wantedOf } from "../../scheduler/observe/prometheus/history/wanted.ts";
import type { Span } from "../../scheduler/observe/prometheus/range.ts";
import type { HistoryReader } from "../../scheduler/ports.ts";
import type { Loads } from "../loads.ts";
import { measure, type Measured } from "./measure.ts";
import type { SimPrometheus } from "./prometheus.ts";

export interface HistoryOptions {
  readonly prometheus: SimPrometheus;
  readonly loads: Loads;
  readonly historySeconds: number;
  readonly stepSeconds: number;
  readonly settleSeconds: number;
}

type ById = Map<string, Float32Array>;

/** Loads of the past as the real reader keeps them: the same steps, rings and folding, over what would be measured. */
export function createHistory(options: HistoryOptions): HistoryReader {
  const { prometheus, loads, historySeconds, stepSeconds, settleSeconds } = options;
  const reach = reachOf(historySeconds, stepSeconds, settleSeconds);
  const newStore = () => createSeriesStore(reach, RESOURCE_NAMES);
  const stores = { tasks: newStore(), services: newStore(), nodes: newStore() };
  const kinds = ["tasks", "services", "nodes"] as const;
  let newest: number | null = null;
  return {
    readHistory(present, atMs) {
      const wanted = wantedOf(present);
      for (const kind of kinds) stores[kind].keepOnly(idsOf(wanted[kind]));
      for (const span of missingSpans(reach, newest, newestClosed(reach, atMs))) {
        const piece = pieceOf(prometheus, loads, span);
        for (const kind of kinds) stores[kind].take(piece[kind], span, idsOf(wanted[kind]));
        newest = span.last;
      }
      const last = newest;
      if (last === null) return Promise.resolve({ history: NO_HISTORY, doubts: [] });
      const history: History = {
        stepSeconds: reach.stepSeconds,
        points: reach.points,
        tasks: stores.tasks.seriesOf(wanted.tasks, last),
        services: stores.services.seriesOf(wanted.services, last),
        remainders: stores.nodes.seriesOf(wanted.nodes, last),
      };
      return Promise.resolve({ history, doubts: [] });
    },
  };
}

/** Each step looks back over its own length, as the real queries do. */
function pieceOf(prometheus: SimPrometheus, loads: Loads, span: Span) {
  const { first, last, stepSeconds } = span;
  const length = last - first + 1;
  const kind = () => ({ cpu: new Map() as ById, memory: new Map() as ById });
  const piece = { tasks: kind(), services: kind(), nodes: kind() };
  const put = (into: ById, id: string, at: number, value: number): void => {
    const values = into.get(id) ?? new Float32Array(length).fill(Number.NaN);
    values[at] = value;
    into.set(id, values);
  };
  for (let step = first; step <= last; step += 1) {
    const at = step - first;
    const [fromMs, toMs] = [(step - 1) * stepSeconds * 1000, step * stepSeconds * 1000];
    const sums = new Map<string, Sum>();
    for (const subject of prometheus.subjects(fromMs)) {
      const measured = measure(subject, loads, fromMs, toMs, Number.POSITIVE_INFINITY);
      if (measured.cpuCores === null) continue;
      for (const { container, cpuCores, memoryMost } of measured.tasks) {
        if (cpuCores === null || memoryMost === null) continue;
        put(piece.tasks.cpu, container.taskId, at, cpuCores);
        put(piece.tasks.memory, container.taskId, at, memoryMost);
        const sum = sums.get(container.serviceId) ?? { count: 0, cpuCores: 0, memoryBytes: 0 };
        sums.set(container.serviceId, {
          count: sum.count + 1,
          cpuCores: sum.cpuCores + cpuCores,
          memoryBytes: sum.memoryBytes + memoryMost,
        });
      }
      const remainder = remainderOf(measured, measured.cpuCores);
      put(piece.nodes.cpu, subject.nodeId, at, remainder.cpuCores);
      put(piece.nodes.memory, subject.nodeId, at, remainder.memoryBytes);
    }
    for (const [id, { count, cpuCores, memoryBytes }] of sums) {
      put(piece.services.cpu, id, at, cpuCores / count);
      put(piece.services.memory, id, at, memoryBytes / count);
    }
  }
  return piece;
}

interface Sum {
  readonly count: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

function remainderOf({ tasks, memoryMean, scrapes }: Measured, cpuCores: number) {
  const ofTasks = tasks.reduce((sum, task) => sum + (task.cpuCores ?? 0), 0);
  const memory = tasks.reduce((sum, task) => sum + task.memorySum / scrapes, 0);
  return { cpuCores: Math.max(0, cpuCores - ofTasks), memoryBytes: Math.max(0, memoryMean - memory) };
}
