import type { Kinds } from "./kinds.ts";
import { RESOURCES, type Layout } from "./layout.ts";

const WIDTH = RESOURCES.length;
/** The unit of a resource is one of which this share of the pods take a multiple; the others are rounded up. */
const EVEN = 0.99;
/** How closely the price of what else is scarce on a node is found: each halves what is open. */
const ATTEMPTS = 7;

/** Kinds that take the same of the two scarcest resources, in units. */
interface Size {
  readonly first: number;
  readonly second: number;
  readonly kinds: readonly number[];
}

/**
 * What a node would best hold, given what each further pod of each kind is worth there. Exact in the two resources of which
 * the pods take the largest share of what there is, by dynamic programming; what else a pod takes is given a price where
 * too much of it would be taken. What further pods of a kind are worth must not rise.
 */
export class Packing {
  /** By kind, after `pack`: how many the node would hold, and what these are worth. */
  readonly held: Int32Array;
  worth = 0;
  private readonly best: Int32Array;
  private readonly layout: Layout;
  private readonly kinds: Kinds;
  private readonly axes: readonly [number, number];
  private readonly units: readonly [number, number];
  private readonly sizes: readonly Size[];
  private values = new Float64Array(0);
  private next = new Float64Array(0);
  /** By size and cell: how many of the size are in the best. */
  private chosen: Uint8Array[];

  constructor(layout: Layout, kinds: Kinds) {
    this.layout = layout;
    this.kinds = kinds;
    this.held = new Int32Array(kinds.count);
    this.best = new Int32Array(kinds.count);
    const [one = 0, other = 0] = scarcest(layout);
    this.axes = [one, other];
    this.units = [unitOf(layout, one), unitOf(layout, other)];
    this.sizes = sizesOf(kinds, this.axes, this.units);
    this.chosen = this.sizes.map(() => new Uint8Array(0));
  }

  /** `worthOf(kind, nth)`: what the nth pod of the kind would be worth on the node. */
  pack(node: number, worthOf: (kind: number, nth: number) => number): void {
    this.packFor(node, worthOf, -1, 0);
    const scarce = this.exceeded(node);
    if (scarce < 0) return;
    // At the highest price nothing is worth its place.
    let [low, high] = [0, 2 * (this.worth / Math.max(1, this.taken(scarce)))];
    this.best.fill(0);
    let most = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const price = (low + high) / 2;
      this.packFor(node, worthOf, scarce, price);
      if (this.exceeded(node) >= 0) {
        low = price;
        continue;
      }
      high = price;
      if (this.worth <= most) continue;
      most = this.worth;
      this.best.set(this.held);
    }
    this.held.set(this.best);
    this.worth = most;
  }

  /** The resource of which the node would have to give most beyond what it has, or −1. */
  private exceeded(node: number): number {
    const { has } = this.layout;
    let worst = -1;
    let most = 1;
    for (let at = 0; at < WIDTH; at += 1) {
      const share = this.taken(at) / Math.max(1e-9, has[node * WIDTH + at] ?? 0);
      if (share <= most) continue;
      most = share;
      worst = at;
    }
    return worst;
  }

  private taken(resource: number): number {
    const { takes } = this.kinds;
    let sum = 0;
    for (let kind = 0; kind < this.held.length; kind += 1)
      sum += (this.held[kind] ?? 0) * (takes[kind * WIDTH + resource] ?? 0);
    return sum;
  }

  private packFor(
    node: number,
    worthOf: (kind: number, nth: number) => number,
    scarce: number,
    price: number,
  ): void {
    const [rows, columns] = [this.roomFor(node, 0), this.roomFor(node, 1)];
    const cells = (rows + 1) * (columns + 1);
    if (this.values.length < cells) {
      this.values = new Float64Array(cells);
      this.next = new Float64Array(cells);
      this.chosen = this.sizes.map(() => new Uint8Array(cells));
    }
    this.values.fill(0, 0, cells);
    const offers = this.sizes.map((size) => this.offersOf(size, worthOf, scarce, price));
    for (const [at, offer] of offers.entries()) this.add(at, offer, rows, columns);
    this.read(offers, rows, columns);
    this.worth = 0;
    for (const [kind, many] of this.held.entries())
      for (let nth = 1; nth <= many; nth += 1) this.worth += worthOf(kind, nth);
  }

  private roomFor(node: number, axis: 0 | 1): number {
    return Math.floor((this.layout.has[node * WIDTH + this.axes[axis]] ?? 0) / this.units[axis]);
  }

  /** Pods of a size, the worthiest first, each with its kind. */
  private offersOf(
    { kinds }: Size,
    worthOf: (kind: number, nth: number) => number,
    scarce: number,
    price: number,
  ): readonly Offer[] {
    const { most, takes } = this.kinds;
    const offers: Offer[] = [];
    for (const kind of kinds) {
      const dues = scarce < 0 ? 0 : price * (takes[kind * WIDTH + scarce] ?? 0);
      for (let nth = 1; nth <= (most[kind] ?? 0); nth += 1) {
        const worth = worthOf(kind, nth) - dues;
        if (worth <= 0) break;
        offers.push({ kind, worth });
      }
    }
    return offers.sort((one, other) => other.worth - one.worth);
  }

  /** Lets the best of every cell have pods of one size more. */
  private add(at: number, offers: readonly Offer[], rows: number, columns: number): void {
    const { first = 0, second = 0 } = this.sizes[at] ?? {};
    const { values, next } = this;
    const chosen = this.chosen[at] ?? new Uint8Array(0);
    const stride = columns + 1;
    const cells = (rows + 1) * stride;
    next.set(values.subarray(0, cells));
    chosen.fill(0, 0, cells);
    let sum = 0;
    for (let many = 1; many <= Math.min(255, offers.length); many += 1) {
      const [down, right] = [many * first, many * second];
      if (down > rows || right > columns) break;
      sum += offers[many - 1]?.worth ?? 0;
      for (let row = down; row <= rows; row += 1) {
        const end = (row + 1) * stride;
        const back = down * stride + right;
        for (let cell = row * stride + right; cell < end; cell += 1) {
          const value = (values[cell - back] ?? 0) + sum;
          if (value <= (next[cell] ?? 0)) continue;
          next[cell] = value;
          chosen[cell] = many;
        }
      }
    }
    this.values = next;
    this.next = values;
  }

  /** Reads from the last cell back what the best holds. */
  private read(offers: readonly (readonly Offer[])[], rows: number, columns: number): void {
    const stride = columns + 1;
    this.held.fill(0);
    let cell = rows * stride + columns;
    for (let at = offers.length - 1; at >= 0; at -= 1) {
      const many = this.chosen[at]?.[cell] ?? 0;
      const { first = 0, second = 0 } = this.sizes[at] ?? {};
      for (const { kind } of (offers[at] ?? []).slice(0, many)) this.held[kind] = (this.held[kind] ?? 0) + 1;
      cell -= many * (first * stride + second);
    }
  }
}

interface Offer {
  readonly kind: number;
  readonly worth: number;
}

/** The resources, those first of which the pods take the largest share of what there is. */
function scarcest({ takes, has }: Layout): readonly number[] {
  const sumOf = (of: Float64Array, resource: number): number =>
    of.reduce((sum, each, at) => sum + (at % WIDTH === resource ? each : 0), 0);
  const shares = RESOURCES.map((_, at) => sumOf(takes, at) / Math.max(1e-9, sumOf(has, at)));
  return [...shares.keys()].sort((one, other) => (shares[other] ?? 0) - (shares[one] ?? 0));
}

function unitOf({ takes, pods }: Layout, resource: number): number {
  const taken = pods.map((_, pod) => takes[pod * WIDTH + resource] ?? 0).filter((each) => each > 0);
  if (taken.length === 0) return 1;
  for (let unit = Math.floor(Math.min(...taken) * 2); unit > 1; unit -= 1)
    if (taken.filter((each) => each % unit === 0).length >= EVEN * taken.length) return unit;
  return 1;
}

function sizesOf(
  { count, takes }: Kinds,
  axes: readonly [number, number],
  units: readonly [number, number],
): readonly Size[] {
  const sizes = new Map<string, { first: number; second: number; kinds: number[] }>();
  for (let kind = 0; kind < count; kind += 1) {
    const first = Math.ceil((takes[kind * WIDTH + axes[0]] ?? 0) / units[0]);
    const second = Math.ceil((takes[kind * WIDTH + axes[1]] ?? 0) / units[1]);
    const size = sizes.get(`${first}/${second}`) ?? { first, second, kinds: [] };
    size.kinds.push(kind);
    sizes.set(`${first}/${second}`, size);
  }
  return [...sizes.values()];
}
