import type { Model } from "./model.ts";

/** Whole numbers from a text, one after the other. */
interface Numbers {
  /** Throws when there is none left. */
  next(): number;
  /** Throws when there are some left. */
  end(): void;
}

const NINE = 57;
const ZERO = 48;
const BLANK = 32;
const MINUS = 45;

/** Reads whole numbers between blanks. A file of the largest instances holds some 30 million of them. */
function numbersIn(text: Uint8Array, name: string): Numbers {
  let at = 0;
  let count = 0;
  const skip = (): void => {
    while (at < text.length && (text[at] ?? 0) <= BLANK) at += 1;
  };
  return {
    next() {
      skip();
      const isNegative = text[at] === MINUS;
      if (isNegative) at += 1;
      const began = at;
      let value = 0;
      let byte = text[at] ?? 0;
      while (byte >= ZERO && byte <= NINE) {
        value = value * 10 + (byte - ZERO);
        at += 1;
        byte = text[at] ?? 0;
      }
      if (at === began) throw new Error(`${name}: after ${count} numbers there is no further one`);
      count += 1;
      return isNegative ? -value : value;
    },
    end() {
      skip();
      if (at < text.length) throw new Error(`${name}: there is more after the last of ${count} numbers`);
    },
  };
}

/** Reads a model in the challenge's format. Throws an error that names the file for what is no model. */
export function readModel(text: Uint8Array, name: string): Model {
  const numbers = numbersIn(text, name);
  const next = (): number => numbers.next();
  const resources = resourcesFrom(next);
  const machines = machinesFrom(next, resources);
  const services = servicesFrom(next);
  const processes = processesFrom(next, resources.order);
  const balances = Array.from({ length: next() }, () => [next(), next(), next(), next()] as const);
  const [ofProcess, ofService, ofMachine] = [next(), next(), next()];
  numbers.end();
  const spread = Int32Array.from(services, (service) => service.spread);
  const needs = services.map((service) => service.needs);
  return {
    machines: machines.count,
    processes: processes.count,
    services: services.length,
    resources: resources.order.length,
    firstTransient: resources.firstTransient,
    ...withBalances({ resources, machines, processes, balances }),
    hoodOf: machines.hoodOf,
    locationOf: machines.locationOf,
    hoods: Math.max(...machines.hoodOf) + 1,
    locations: Math.max(...machines.locationOf) + 1,
    serviceOf: processes.serviceOf,
    movePrice: processes.prices.map((price) => price * ofProcess),
    wayPrice: narrow(machines.ways.map((way) => way * ofMachine)),
    servicePrice: ofService,
    spread,
    needs,
  };
}

/** Reads where the processes stand. Throws an error that names the file when they are too few, too many or nowhere. */
export function readAssignment(text: Uint8Array, model: Model, name: string): Int32Array {
  const numbers = numbersIn(text, name);
  const machineOf = new Int32Array(model.processes);
  for (let process = 0; process < machineOf.length; process += 1) {
    const machine = numbers.next();
    if (machine < 0 || machine >= model.machines)
      throw new Error(`${name}: process ${process} is on machine ${machine}, of ${model.machines}`);
    machineOf[process] = machine;
  }
  numbers.end();
  return machineOf;
}

interface Resources {
  /** By the file's resource, its place here. */
  readonly order: Int32Array;
  readonly weights: Float64Array;
  readonly firstTransient: number;
}

function resourcesFrom(next: () => number): Resources {
  const read = Array.from({ length: next() }, () => ({ isTransient: next() === 1, weight: next() }));
  const lasting = read.filter(({ isTransient }) => !isTransient).length;
  const order = new Int32Array(read.length);
  const weights = new Float64Array(read.length);
  let [plain, transient] = [0, lasting];
  for (const [at, { isTransient, weight }] of read.entries()) {
    const place = isTransient ? transient++ : plain++;
    order[at] = place;
    weights[place] = weight;
  }
  return { order, weights, firstTransient: lasting };
}

interface Machines {
  readonly count: number;
  readonly hoodOf: Int32Array;
  readonly locationOf: Int32Array;
  readonly capacities: Float64Array;
  readonly safe: Float64Array;
  readonly ways: Float64Array;
}

function machinesFrom(next: () => number, { order }: Resources): Machines {
  const count = next();
  const machines: Machines = {
    count,
    hoodOf: new Int32Array(count),
    locationOf: new Int32Array(count),
    capacities: new Float64Array(count * order.length),
    safe: new Float64Array(count * order.length),
    ways: new Float64Array(count * count),
  };
  for (let machine = 0; machine < count; machine += 1) {
    machines.hoodOf[machine] = next();
    machines.locationOf[machine] = next();
    const row = machine * order.length;
    for (const place of order) machines.capacities[row + place] = next();
    for (const place of order) machines.safe[row + place] = next();
    for (let to = 0; to < count; to += 1) machines.ways[machine * count + to] = next();
  }
  return machines;
}

interface Service {
  readonly spread: number;
  readonly needs: readonly number[];
}

function servicesFrom(next: () => number): readonly Service[] {
  return Array.from({ length: next() }, (_, service) => {
    const spread = next();
    const needs = new Set(Array.from({ length: next() }, next));
    // A service that needs itself has what it needs.
    needs.delete(service);
    return { spread, needs: [...needs] };
  });
}

interface Processes {
  readonly count: number;
  readonly serviceOf: Int32Array;
  readonly requirements: Float64Array;
  readonly prices: Float64Array;
}

function processesFrom(next: () => number, order: Int32Array): Processes {
  const count = next();
  const processes: Processes = {
    count,
    serviceOf: new Int32Array(count),
    requirements: new Float64Array(count * order.length),
    prices: new Float64Array(count),
  };
  for (let process = 0; process < count; process += 1) {
    processes.serviceOf[process] = next();
    for (const place of order) processes.requirements[process * order.length + place] = next();
    processes.prices[process] = next();
  }
  return processes;
}

interface Parts {
  readonly resources: Resources;
  readonly machines: Machines;
  readonly processes: Processes;
  readonly balances: readonly (readonly [first: number, second: number, target: number, weight: number])[];
}

/**
 * A balance cost is weight · max(0, target·A(first) − A(second)), A = C − U. That is weight · max(0, u − mark) with
 * u = U(second) − target·U(first) and mark = C(second) − target·C(first): a load that may be negative.
 */
function withBalances({
  resources: { order, weights },
  machines,
  processes,
  balances,
}: Parts): Pick<Model, "dimensions" | "weights" | "capacities" | "marks" | "loads"> {
  const width = order.length;
  const dimensions = width + balances.length;
  const widened = (rows: Float64Array, balanced: Float64Array, count: number): Float64Array => {
    const wide = new Float64Array(count * dimensions);
    for (let row = 0; row < count; row += 1) {
      wide.set(rows.subarray(row * width, (row + 1) * width), row * dimensions);
      for (const [at, [first, second, target]] of balances.entries()) {
        const one = balanced[row * width + (order[first] ?? 0)] ?? 0;
        const other = balanced[row * width + (order[second] ?? 0)] ?? 0;
        wide[row * dimensions + width + at] = other - target * one;
      }
    }
    return wide;
  };
  return {
    dimensions,
    weights: Float64Array.from([...weights, ...balances.map(([, , , weight]) => weight)]),
    capacities: machines.capacities,
    marks: widened(machines.safe, machines.capacities, machines.count),
    loads: widened(processes.requirements, processes.requirements, processes.count),
  };
}

/** A quarter of the memory, where the numbers allow it: the table is read at random. */
function narrow(values: Float64Array): Uint16Array | Float64Array {
  const fits = values.every((value) => value >= 0 && value < 2 ** 16 && Number.isInteger(value));
  return fits ? Uint16Array.from(values) : values;
}
