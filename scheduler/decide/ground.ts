import type { Policy } from "../domain/policy.ts";
import { amountOf, RESOURCE_NAMES } from "../domain/resources.ts";
import type { Task } from "../domain/task.ts";
import { boardOf, type Problem, type Sketch } from "../engine/board.ts";
import type { Ground } from "./goals/ground.ts";
import { isCounted, type NodeView, type View } from "./view.ts";

/** Of a profile's past, so many parts of the day are told apart when bins are looked for. */
const SKETCH_PARTS = 4;
/** What any move costs, in the objective's unit: a hundredth of a node that is always 10 % over its mark. */
export const PRICE = 0.1;

/** The view in numbers: nodes as bins, the tasks of services as items, loads over time as dimensions. */
export function groundOf(view: View, policy: Policy, pursued: ReadonlySet<string>): Ground {
  const nodes = [...view.nodes.values()];
  const services = [...view.services.values()].toSorted((a, b) => compare(a.id, b.id));
  const kindOf = new Map(services.map(({ id }, kind) => [id, kind]));
  const binOf = new Map(nodes.map(({ node }, bin) => [node.id, bin]));
  const tasks = nodes.flatMap((node) => node.tasks.filter((task) => kindOf.has(task.serviceId)));
  return {
    board: boardOf(problemOf(view, nodes, tasks, binOf)),
    terrain: {
      resources: RESOURCE_NAMES.length,
      points: view.timeline.points,
      weights: view.timeline.weights,
      capacities: capacitiesOf(nodes),
    },
    kinds: {
      of: Int32Array.from(tasks, ({ serviceId }) => kindOf.get(serviceId) ?? 0),
      count: services.length,
    },
    nodes,
    tasks,
    services,
    policy,
    pursued,
  };
}

function problemOf(
  view: View,
  nodes: readonly NodeView[],
  tasks: readonly Task[],
  binOf: ReadonlyMap<string, number>,
): Problem {
  const dimensions = RESOURCE_NAMES.length * view.timeline.points;
  const loads = new Float32Array(tasks.length * dimensions);
  const base = new Float64Array(nodes.length * dimensions);
  const start = new Int32Array(tasks.length);
  nodes.forEach(({ profile }, bin) => {
    if (profile !== null) base.set(profile, bin * dimensions);
  });
  tasks.forEach(({ id, nodeId }, item) => {
    const bin = binOf.get(nodeId) ?? 0;
    start[item] = bin;
    const own = view.profiles.get(id);
    if (own === undefined) return;
    loads.set(own, item * dimensions);
    // The board adds what its items carry: the base is what is beside them.
    for (let at = 0; at < dimensions; at += 1)
      base[bin * dimensions + at] = (base[bin * dimensions + at] ?? 0) - (loads[item * dimensions + at] ?? 0);
  });
  return {
    bins: nodes.length,
    items: tasks.length,
    dimensions,
    loads,
    base,
    start,
    price: Float64Array.from(tasks, (task) => priceOf(task, view)),
  };
}

/** A move costs the more, the more memory must be filled anew, as a share of the node's. */
function priceOf({ id, nodeId }: Task, { usage, nodes }: View): number {
  const memory = usage[id]?.memoryBytes ?? 0;
  const whole = nodes.get(nodeId)?.capacity?.memoryBytes ?? 0;
  return PRICE * (1 + (whole > 0 ? Math.min(1, memory / whole) : 0));
}

/** Nodes × resources; 0 for a node that is away, or of whose load too little is known to give or take. */
function capacitiesOf(nodes: readonly NodeView[]): Float64Array {
  return Float64Array.from(
    nodes.flatMap((node) =>
      RESOURCE_NAMES.map((name) =>
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
    const isOpen = nodes[bin]?.node.availability === "active";
    const resource = Math.floor((place % dimensions) / parts);
    return isOpen ? (terrain.capacities[bin * terrain.resources + resource] ?? 0) : 0;
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
