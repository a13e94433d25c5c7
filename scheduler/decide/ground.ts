import type { Policy } from "../domain/policy.ts";
import { amountOf } from "../domain/resources.ts";
import type { Service } from "../domain/service.ts";
import type { Task } from "../domain/task.ts";
import { boardOf, type Problem, type Sketch } from "../engine/board.ts";
import type { Ground } from "./goals/ground.ts";
import { addTo, sizeOf } from "./timeline.ts";
import { isCounted, type NodeView, type View } from "./view.ts";

/** Of a profile's past, so many parts of the day are told apart when bins are looked for. */
const SKETCH_PARTS = 4;
/** A node that has none of a resource is open to what uses none of it. */
const NONE = Number.MIN_VALUE ** 0.5;
/** What any move costs, in the objective's unit: a hundredth of a node that is always 10 % over its mark. */
export const PRICE = 0.1;

/** A task that was moved to its node costs more to move again: by so many times as much at once, a day later nothing. */
const AGAIN_TIMES = 4;
const AGAIN_MS = 86_400_000;

/** What takes so long to start, or longer, costs as much again. */
const SLOW_START_SECONDS = 120;

/** The view in numbers: nodes as bins, the tasks of services as items, loads over time as dimensions. */
export function groundOf(view: View, policy: Policy, pursued: ReadonlySet<string>): Ground {
  const nodes = [...view.nodes.values()];
  const services = [...view.services.values()].toSorted((a, b) => compare(a.id, b.id));
  const { problem, tasks, kinds } = itemsOf(view, nodes, services);
  return {
    board: boardOf(problem),
    terrain: {
      resources: view.timeline.resources.length,
      points: view.timeline.points,
      weights: view.timeline.weights,
      capacities: capacitiesOf(nodes, view.timeline),
    },
    resources: view.timeline.resources,
    kinds: { of: Int32Array.from(kinds), count: services.length },
    nodes,
    tasks,
    services,
    policy,
    pursued,
  };
}

interface Items {
  readonly problem: Problem;
  readonly tasks: readonly Task[];
  /** By item. */
  readonly kinds: readonly number[];
}

function itemsOf(view: View, nodes: readonly NodeView[], services: readonly Service[]): Items {
  const kindOf = new Map(services.map(({ id }, kind) => [id, kind]));
  const dimensions = sizeOf(view.timeline);
  const tasks: Task[] = [];
  const kinds: number[] = [];
  // By bin, the first of its items; and how many there are of all.
  const firsts = [0];
  for (const node of nodes) {
    for (const task of node.tasks) {
      const kind = kindOf.get(task.serviceId);
      if (kind === undefined) continue;
      tasks.push(task);
      kinds.push(kind);
    }
    firsts.push(tasks.length);
  }
  const base = new Float64Array(nodes.length * dimensions);
  const loads = new Float32Array(tasks.length * dimensions);
  const start = new Int32Array(tasks.length);
  nodes.forEach((node, bin) => {
    const [first = 0, end = 0] = firsts.slice(bin, bin + 2);
    const items = tasks.slice(first, end);
    start.fill(bin, first, end);
    writeBase(base.subarray(bin * dimensions, (bin + 1) * dimensions), node, items, view);
    const rows = loads.subarray(first * dimensions, end * dimensions);
    // Most nodes have all their loads in one piece.
    if (node.loads !== null && items.length === node.tasks.length) rows.set(node.loads);
    else for (const [at, { id }] of items.entries()) rows.set(view.profiles.get(id) ?? [], at * dimensions);
  });
  const price = new Float64Array(tasks.length);
  for (const [item, task] of tasks.entries()) price[item] = priceOf(task, view);
  const problem: Problem = {
    bins: nodes.length,
    items: tasks.length,
    ...{ dimensions, loads, base, start, price },
  };
  return { problem, tasks, kinds };
}

/** The board adds what its items carry: the base is what is beside them, and the tasks of services that are gone. */
function writeBase(
  base: Float64Array,
  { tasks, beside, profile }: NodeView,
  items: readonly Task[],
  { profiles }: View,
): void {
  const isBare = items.length === 0;
  const standing = isBare ? profile : beside;
  if (standing !== null) base.set(standing);
  if (isBare || items.length === tasks.length) return;
  const counted = new Set(items);
  for (const task of tasks) {
    const own = profiles.get(task.id);
    if (own !== undefined && !counted.has(task)) addTo(base, 0, own);
  }
}

/**
 * A move costs the more, the more memory must be filled anew, as a share of the node's, and the longer the service took
 * to start when it was moved before. One that fails is made for nothing: of moves that fail with a chance of p it takes
 * 1 / (1 − p) until one lands, where p is failures over attempts and one more, which is not known yet. And the more, the
 * less long ago it was moved to where it stands: who moves it again should know more than who moved it there.
 */
export function priceOf(
  { id, nodeId, serviceId, stateSinceMs }: Task,
  { usage, nodes, prices, landings, takenAtMs }: View,
): number {
  const memory = usage[id]?.memoryBytes ?? 0;
  const whole = nodes.get(nodeId)?.capacity?.memoryBytes ?? 0;
  const { startSeconds = null, landed = 0, failures = 0 } = prices.get(serviceId) ?? {};
  const filling = whole > 0 ? Math.min(1, memory / whole) : 0;
  const starting = Math.min(1, (startSeconds ?? 0) / SLOW_START_SECONDS);
  const chance = failures / (landed + failures + 1);
  const landedMs = landings.get(serviceId)?.get(nodeId) ?? -Infinity;
  // One that started after that was not moved: Swarm put it there.
  const again =
    stateSinceMs > landedMs ? 0 : AGAIN_TIMES * Math.max(0, 1 - (takenAtMs - landedMs) / AGAIN_MS);
  return (PRICE * (1 + filling + starting + again)) / (1 - chance);
}

/** Nodes × resources; 0 for a node that is away, or of whose load too little is known to give or take. */
function capacitiesOf(nodes: readonly NodeView[], { resources }: View["timeline"]): Float64Array {
  return Float64Array.from(
    nodes.flatMap((node) =>
      resources.map((name) =>
        node.capacity !== null && isCounted(node) ? amountOf(node.capacity, name) : 0,
      ),
    ),
  );
}

/** Now, and the mean of each part of the past, of each resource: enough to find the nodes with room. */
export function sketchOf({ board, terrain, nodes }: Ground): Sketch {
  const { problem } = board;
  const parts = Math.min(SKETCH_PARTS, terrain.points - 1) + 1;
  const dimensions = terrain.resources * parts;
  const loads = new Float32Array(problem.items * dimensions);
  const base = new Float64Array(problem.bins * dimensions);
  for (let item = 0; item < problem.items; item += 1) fold(problem.loads, item, terrain, parts, loads);
  for (let bin = 0; bin < problem.bins; bin += 1) fold(problem.base, bin, terrain, parts, base);
  const capacities = Float64Array.from({ length: problem.bins * dimensions }, (_, place) => {
    const bin = Math.floor(place / dimensions);
    // Of a node that is counted the capacity of CPU is known.
    const isCounted = (terrain.capacities[bin * terrain.resources] ?? 0) > 0;
    if (!isCounted || nodes[bin]?.node.availability !== "active") return 0;
    const resource = Math.floor((place % dimensions) / parts);
    return Math.max(NONE, terrain.capacities[bin * terrain.resources + resource] ?? 0);
  });
  return { dimensions, loads, base, capacities };
}

function fold(
  from: Float32Array | Float64Array,
  row: number,
  { resources, points }: Ground["terrain"],
  parts: number,
  into: Float32Array | Float64Array,
): void {
  for (let resource = 0; resource < resources; resource += 1) {
    const source = row * resources * points + resource * points;
    const target = row * resources * parts + resource * parts;
    into[target] = from[source] ?? 0;
    for (let part = 1; part < parts; part += 1) {
      const first = 1 + Math.floor(((part - 1) * (points - 1)) / (parts - 1));
      const end = 1 + Math.floor((part * (points - 1)) / (parts - 1));
      let sum = 0;
      for (let point = first; point < end; point += 1) sum += from[source + point] ?? 0;
      into[target + part] = sum / (end - first);
    }
  }
}

/** By code units: a locale, which is of the environment, must not decide. */
function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
