import type { Resources } from "../../scheduler/domain/resources.ts";
import type { NodeUsage, Snapshot } from "../../scheduler/domain/snapshot.ts";
import type { ImageReader } from "../../scheduler/observe/images.ts";
import type { UsageReader, UsageReading } from "../../scheduler/ports.ts";
import type { Loads } from "../loads.ts";
import type { Swarm } from "../swarm/swarm.ts";
import type { SimNode } from "../swarm/objects.ts";
import type { Container } from "../swarm/containers.ts";
import { measure, type Subject } from "./measure.ts";
import { PUNCTUAL, scrapesOf, type Scrapes, type Scraping } from "./scrapes.ts";

export interface PrometheusOptions {
  readonly swarm: Swarm;
  readonly loads: Loads;
  readonly scraping?: Partial<Scraping>;
  readonly windowSeconds: number;
  /** A sample older than this is stale. */
  readonly maxAgeSeconds: number;
  /** How much further back than the window somebody may ask. */
  readonly keptSeconds?: number;
  /** Whether Prometheus answers nobody at a moment. */
  readonly isAway?: (atMs: number) => boolean;
}

/** The moments within the window at which freshness is looked at, and how many of them have to be fresh. */
const COVERAGE_STEPS = 20;
const WHOLE = 0.9;
const KEPT_SECONDS = 1800;

/** What a Prometheus that scrapes the simulated swarm would tell, by the same rules as of the real queries. */
export interface SimPrometheus {
  readonly usage: UsageReader & ImageReader;
  /** Nodes as they can be measured over a range; a container that ended before it is no part of them. */
  subjects(fromMs: number): readonly Subject[];
}

export function createPrometheus(options: PrometheusOptions): SimPrometheus {
  const { swarm, loads, windowSeconds, keptSeconds = KEPT_SECONDS } = options;
  const scraping = { ...PUNCTUAL, ...options.scraping };
  const schedules = new Map<string, Scrapes>();
  const scrapesAt = (nodeId: string): Scrapes => {
    const known = schedules.get(nodeId) ?? scrapesOf(nodeId, scraping);
    schedules.set(nodeId, known);
    return known;
  };
  function subjects(fromMs: number): readonly Subject[] {
    swarm.workers.forgetEnded(swarm.clock.now() - (windowSeconds + keptSeconds) * 1000);
    const byNode = Map.groupBy(
      [...swarm.workers.containers.values()].filter(({ endedMs }) => endedMs === null || endedMs > fromMs),
      ({ nodeId }: Container) => nodeId,
    );
    return [...swarm.store.nodes.values()].map(({ id, facts }) => ({
      nodeId: id,
      capacity: facts.resources,
      containers: byNode.get(id) ?? [],
      scrapes: scrapesAt(id),
      wasThere: (atMs) => swarm.wasThere(id, atMs),
    }));
  }
  function read(atMs: number): UsageReading {
    const fromMs = atMs - windowSeconds * 1000;
    const nodeUsage: Record<string, NodeUsage> = {};
    const taskUsage: Record<string, Resources> = {};
    const ages: Record<string, number> = {};
    for (const subject of subjects(fromMs)) {
      const age = ageOf(subject, atMs, atMs);
      if (age !== null) ages[subject.nodeId] = age;
      if (age === null || !isCovered(subject, atMs, options)) continue;
      const usage = usageOf(subject, measure(subject, loads, fromMs, atMs));
      if (usage === null) continue;
      nodeUsage[subject.nodeId] = usage.node;
      Object.assign(taskUsage, usage.tasks);
    }
    const all = Object.values(ages);
    const ageSeconds = all.length === 0 ? null : Math.max(0, ...all);
    return { nodeUsage, taskUsage, ages, report: { source: "prometheus", ageSeconds, doubts: [] } };
  }
  return {
    subjects,
    usage: {
      read: (atMs) => Promise.resolve(options.isAway?.(atMs) === true ? NOBODY : read(atMs)),
      readImages: (images) => Promise.resolve(imagesOn([...swarm.store.nodes.values()], images)),
    },
  };
}

const NOBODY: UsageReading = {
  nodeUsage: {},
  taskUsage: {},
  ages: {},
  report: {
    source: "prometheus",
    ageSeconds: null,
    doubts: ["Prometheus (simulated) cannot be counted on: it did not answer in time"],
  },
};

/** Seconds since the newest sample at a moment, of what was in by then; null where the newest scrape brought none. */
function ageOf({ scrapes, wasThere }: Subject, atMs: number, knownMs: number): number | null {
  let scrape = scrapes.lastBy(atMs);
  // One that is under way leaves the one before as the newest; one that failed leaves none.
  while (scrapes.isInMs(scrape) > knownMs) scrape -= 1;
  const ms = scrapes.beganMs(scrape);
  return wasThere(ms) && scrapes.succeeds(scrape) ? (atMs - ms) / 1000 : null;
}

function isCovered(
  subject: Subject,
  atMs: number,
  { windowSeconds, maxAgeSeconds }: PrometheusOptions,
): boolean {
  const stepSeconds = Math.max(1, Math.floor(windowSeconds / COVERAGE_STEPS));
  const steps = Math.floor(windowSeconds / stepSeconds);
  let fresh = 0;
  for (let step = 0; step < steps; step += 1) {
    // A subquery looks at whole multiples of its step.
    const ms = (Math.floor(atMs / 1000 / stepSeconds) - step) * stepSeconds * 1000;
    const age = ageOf(subject, ms, atMs);
    if (age !== null && age < maxAgeSeconds) fresh += 1;
  }
  return fresh >= WHOLE * steps;
}

interface Usage {
  readonly node: NodeUsage;
  readonly tasks: Readonly<Record<string, Resources>>;
}

function usageOf({ capacity }: Subject, measured: ReturnType<typeof measure>): Usage | null {
  const { cpuCores, memoryMost, memoryMean, scrapes } = measured;
  if (cpuCores === null) return null;
  const tasks: Record<string, Resources> = {};
  let cpuOfTasks = 0;
  let memoryOfTasks = 0;
  for (const task of measured.tasks) {
    cpuOfTasks += task.cpuCores ?? 0;
    memoryOfTasks += task.memorySum / scrapes;
    if (task.cpuCores !== null && task.memoryMost !== null)
      tasks[task.container.taskId] = { cpuCores: task.cpuCores, memoryBytes: task.memoryMost };
  }
  const remainder = {
    cpuCores: Math.max(0, cpuCores - cpuOfTasks),
    memoryBytes: Math.max(0, memoryMean - memoryOfTasks),
  };
  return { node: { capacity, used: { cpuCores, memoryBytes: memoryMost }, remainder }, tasks };
}

/** A node that has every image has those that are asked for. */
function imagesOn(nodes: readonly SimNode[], asked: readonly string[]): Snapshot["images"] {
  return Object.fromEntries(
    nodes.map(({ id, images }) => [id, asked.filter((image) => images === null || images.has(image))]),
  );
}
