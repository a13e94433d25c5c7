import type { Resources } from "../../scheduler/domain/resources.ts";
import type { Loads } from "../loads.ts";
import type { Container } from "../swarm/containers.ts";
import { rateOf, type Counted } from "./rate.ts";
import type { Scrapes } from "./scrapes.ts";

/** What the queries would tell of one node over a range of time. */
export interface Measured {
  /** Average cores; null where less than two scrapes lie in the range. */
  readonly cpuCores: number | null;
  /** The most and the average bytes in use. */
  readonly memoryMost: number;
  readonly memoryMean: number;
  readonly tasks: readonly MeasuredTask[];
  /** How many scrapes there are. */
  readonly scrapes: number;
}

interface MeasuredTask {
  readonly container: Container;
  readonly cpuCores: number | null;
  /** Null where it was not scraped at all. */
  readonly memoryMost: number | null;
  /** Over all scrapes. */
  readonly memorySum: number;
}

/** A node as it is measured. */
export interface Subject {
  readonly nodeId: string;
  readonly capacity: Resources;
  /** Those that were on it at any time in the range. */
  readonly containers: readonly Container[];
  readonly scrapes: Scrapes;
  readonly wasThere: (atMs: number) => boolean;
}

/** A task as it is measured, scrape by scrape. */
interface Growing {
  readonly container: Container;
  counter: number;
  readonly counted: Counted[];
  memoryMost: number | null;
  memorySum: number;
}

/** A node as it is measured, scrape by scrape. */
interface GrowingNode {
  readonly tasks: readonly Growing[];
  counter: number;
  readonly counted: Counted[];
  memoryMost: number;
  memorySum: number;
}

/** Longer ago than any range: what counters of old have counted by then. */
const LONG_COUNTED = 1e9;

/** Measures a node over the range that ends with `toMs`, of what was in by `knownMs`. */
export function measure(
  subject: Subject,
  loads: Loads,
  fromMs: number,
  toMs: number,
  knownMs = toMs,
): Measured {
  const { scrapes, wasThere } = subject;
  const node: GrowingNode = {
    tasks: subject.containers.map((container) => ({
      container,
      // The counter of what is older than the range has grown before it.
      counter: container.startedMs < fromMs ? LONG_COUNTED : 0,
      counted: [],
      memoryMost: null,
      memorySum: 0,
    })),
    counter: LONG_COUNTED,
    counted: [],
    memoryMost: 0,
    memorySum: 0,
  };
  for (let scrape = scrapes.lastBy(fromMs) + 1; scrape <= scrapes.lastBy(toMs); scrape += 1) {
    const ms = scrapes.beganMs(scrape);
    const isSeen = wasThere(ms) && scrapes.succeeds(scrape) && scrapes.isInMs(scrape) <= knownMs;
    // Counters go on whether they are scraped or not.
    grow(node, subject, loads, { sinceMs: scrapes.beganMs(scrape - 1), ms, isSeen });
  }
  const count = node.counted.length;
  return {
    cpuCores: rateOf(node.counted, fromMs, toMs),
    memoryMost: node.memoryMost,
    memoryMean: count === 0 ? 0 : node.memorySum / count,
    scrapes: count,
    tasks: node.tasks.map(({ container, counted, memoryMost, memorySum }) => ({
      container,
      cpuCores: rateOf(counted, fromMs, toMs),
      memoryMost,
      memorySum,
    })),
  };
}

interface Interval {
  readonly sinceMs: number;
  readonly ms: number;
  readonly isSeen: boolean;
}

/** From one scrape to the next. */
function grow(
  node: GrowingNode,
  { nodeId, capacity }: Subject,
  loads: Loads,
  { sinceMs, ms, isSeen }: Interval,
): void {
  const seconds = (ms - sinceMs) / 1000;
  const beside = loads.ofNode(nodeId, ms);
  const wanted = node.tasks.map(({ container }) => usedBetween(container, loads, sinceMs, ms));
  const cpuWanted = wanted.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, beside.cpuCores * seconds);
  // What a node has not got, its tasks do not get.
  const granted = Math.min(1, (capacity.cpuCores * seconds) / Math.max(cpuWanted, Number.MIN_VALUE));
  node.counter += cpuWanted * granted;
  let memory = beside.memoryBytes;
  for (const [index, task] of node.tasks.entries()) {
    const { cpuSeconds, memoryBytes, isThere } = wanted[index] ?? UNUSED;
    task.counter += cpuSeconds * granted;
    if (!isThere) continue;
    memory += memoryBytes;
    if (!isSeen) continue;
    task.counted.push({ ms, value: task.counter });
    task.memorySum += memoryBytes;
    task.memoryMost = Math.max(task.memoryMost ?? 0, memoryBytes);
  }
  if (!isSeen) return;
  node.counted.push({ ms, value: node.counter });
  const inUse = Math.min(memory, capacity.memoryBytes);
  node.memoryMost = Math.max(node.memoryMost, inUse);
  node.memorySum += inUse;
}

interface Used {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** Whether it runs at the end. */
  readonly isThere: boolean;
}

const UNUSED: Used = { cpuSeconds: 0, memoryBytes: 0, isThere: false };

/** What a container uses between two moments, by what it uses at the second. */
function usedBetween(container: Container, loads: Loads, fromMs: number, toMs: number): Used {
  const { startedMs, endedMs } = container;
  const beganMs = Math.max(startedMs, fromMs);
  const overMs = Math.min(endedMs ?? toMs, toMs);
  if (overMs <= beganMs) return UNUSED;
  const { cpuCores, memoryBytes } = loads.ofTask(container, toMs);
  const isThere = endedMs === null || endedMs > toMs;
  return { cpuSeconds: cpuCores * ((overMs - beganMs) / 1000), memoryBytes, isThere };
}
