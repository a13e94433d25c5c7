import type { MoveRecord } from "./records.ts";

/** What moving a service costs, as its moves showed. */
export interface Price {
  readonly serviceId: string;
  /** As it was last called. */
  readonly service: string;
  readonly landed: number;
  /** Moves that ended `undone` or `failed`. One that gave way to the owner's write says nothing about a move's price. */
  readonly failures: number;
  /** From the new task's making until it ran, over moves that landed; null when none tells. */
  readonly medianStartSeconds: number | null;
  readonly maxStartSeconds: number | null;
  /** The part of it in which the image was found or pulled and the container made, over those of the moves that tell. */
  readonly medianPrepareSeconds: number | null;
  readonly maxPrepareSeconds: number | null;
  /** Where it failed to land, most failures first. */
  readonly failuresByNode: readonly NodeFailures[];
}

interface NodeFailures {
  readonly nodeId: string;
  readonly node: string;
  readonly failures: number;
}

/** The price of each service that was moved, by the service's name. Pure. */
export function pricesOf(moves: Iterable<MoveRecord>): readonly Price[] {
  const ofServices = Map.groupBy(moves, ({ serviceId }) => serviceId);
  return [...ofServices.values()].map(priceOf).toSorted((a, b) => compare(a.service, b.service));
}

function priceOf(moves: readonly MoveRecord[]): Price {
  const landed = moves.filter(({ outcome }) => outcome === "landed");
  const failed = moves.filter(({ outcome }) => outcome === "undone" || outcome === "failed");
  const starts = inOrder(landed.map(({ startSeconds }) => startSeconds));
  const prepares = inOrder(landed.map(({ prepareSeconds }) => prepareSeconds));
  const last = moves.at(-1);
  return {
    serviceId: last?.serviceId ?? "",
    service: last?.service ?? "",
    landed: landed.length,
    failures: failed.length,
    medianStartSeconds: medianOf(starts),
    maxStartSeconds: starts.at(-1) ?? null,
    medianPrepareSeconds: medianOf(prepares),
    maxPrepareSeconds: prepares.at(-1) ?? null,
    failuresByNode: failuresByNode(failed),
  };
}

/** Those that are known, in order. */
function inOrder(seconds: readonly (number | null | undefined)[]): readonly number[] {
  return seconds.filter((value) => value != null).toSorted((a, b) => a - b);
}

/** Of values in order; of an even count, the mean of the two in the middle. */
function medianOf(sorted: readonly number[]): number | null {
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

function failuresByNode(failed: readonly MoveRecord[]): readonly NodeFailures[] {
  return [...Map.groupBy(failed, ({ toId }) => toId)]
    .map(([nodeId, moves]) => ({ nodeId, node: moves.at(-1)?.toName ?? nodeId, failures: moves.length }))
    .toSorted((a, b) => b.failures - a.failures || compare(a.node, b.node));
}

/** By code units: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
