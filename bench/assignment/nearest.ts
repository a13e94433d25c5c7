import type { Loads } from "./loads.ts";

/** So many are found for each process, among so many that are next larger and next smaller in sum. */
const [COUNT, WINDOW] = [64, 500];
/** No more pairs than this are compared, however many processes there are. */
const PAIRS = 5e7;

/**
 * Processes × those that take most nearly the same, the nearest first: the sum over the resources of what one takes more
 * than the other is the most that their change of places can cost of load. Of like sum alone is not enough: what one
 * takes of memory, the other takes of disk.
 */
export function nearestOf(state: Loads, sizes: Float64Array): Int32Array {
  const processes = sizes.length;
  const count = Math.min(COUNT, Math.max(0, processes - 1));
  const window = Math.max(count, Math.min(WINDOW, Math.floor(PAIRS / 2 / Math.max(1, processes))));
  const order = Int32Array.from(sizes.keys()).sort((one, other) => (sizes[one] ?? 0) - (sizes[other] ?? 0));
  const nearest = new Int32Array(processes * count);
  const apart = new Float64Array(count);
  for (let rank = 0; rank < processes; rank += 1) {
    const process = order[rank] ?? 0;
    const row = nearest.subarray(process * count, (process + 1) * count);
    apart.fill(Infinity);
    const end = Math.min(processes, rank + window + 1);
    for (let at = Math.max(0, rank - window); at < end; at += 1)
      if (at !== rank) enter(row, apart, order[at] ?? 0, distance(state, process, order[at] ?? 0));
  }
  return nearest;
}

function distance({ loads, dimensions, resources }: Loads, one: number, other: number): number {
  let sum = 0;
  for (let at = 0; at < resources; at += 1)
    sum += Math.abs((loads[one * dimensions + at] ?? 0) - (loads[other * dimensions + at] ?? 0));
  return sum;
}

/** Keeps the nearest so far in order. */
function enter(row: Int32Array, apart: Float64Array, process: number, distance: number): void {
  let place = row.length - 1;
  if (!(distance < (apart[place] ?? 0))) return;
  for (; place > 0 && (apart[place - 1] ?? 0) > distance; place -= 1) {
    apart[place] = apart[place - 1] ?? 0;
    row[place] = row[place - 1] ?? 0;
  }
  apart[place] = distance;
  row[place] = process;
}
