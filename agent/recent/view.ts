import type { ContainerIdentity } from "../sources/docker/api.ts";
import { SWARM } from "../sources/docker/labels.ts";
import type { Capacity } from "../sources/node.ts";
import { FIELDS, type TimedReading } from "./ring.ts";

/** What `/v1/recent` answers: the last minute of the node and its containers, one row a second, oldest first. */
export interface RecentView {
  /** Seconds since the epoch. */
  readonly now: number;
  /** Seconds between two rows. */
  readonly interval: number;
  /** What the columns of each row are. */
  readonly fields: readonly string[];
  readonly node: { readonly name: string | null } & Capacity & { readonly rows: readonly Row[] };
  readonly containers: readonly ContainerView[];
}

interface ContainerView {
  readonly id: string;
  readonly name: string | null;
  readonly service: string | null;
  readonly task: string | null;
  readonly rows: readonly Row[];
}

/** Seconds since the epoch, then the fields; null is not known. */
type Row = readonly (number | null)[];

/** A container with its readings, as the pulse has them. */
export interface RecentContainer {
  readonly id: string;
  readonly identity: ContainerIdentity | null;
  readonly readings: readonly TimedReading[];
}

/** What a view is made of. `epoch` is the moment since the epoch at which the monotonic clock stood at zero. */
export interface ViewParts {
  readonly now: number;
  readonly epoch: number;
  readonly interval: number;
  readonly nodeName: string | null;
  readonly capacity: Capacity;
  readonly nodeReadings: readonly TimedReading[];
  readonly containers: readonly RecentContainer[];
}

export function viewOf(parts: ViewParts): RecentView {
  const rows = (readings: readonly TimedReading[]): readonly Row[] =>
    readings.map((each) => rowOf(each, parts.epoch));
  return {
    now: rounded(parts.now, 3),
    interval: rounded(parts.interval, 3),
    fields: ["at", ...FIELDS],
    node: { name: parts.nodeName, ...parts.capacity, rows: rows(parts.nodeReadings) },
    containers: parts.containers.map(({ id, identity, readings }) => ({
      id,
      name: identity?.name ?? null,
      service: identity?.labels[SWARM.serviceName] ?? null,
      task: identity?.labels[SWARM.taskId] ?? null,
      rows: rows(readings),
    })),
  };
}

/** Whole bytes and tenths of a milli-core: what more there is, is noise that would double the answer's size. */
function rowOf({ at, values: [cpu, ...bytes] }: TimedReading, epoch: number): Row {
  return [rounded(at + epoch, 3), orNull(cpu, 4), ...bytes.map((value) => orNull(value, 0))];
}

function orNull(value: number | undefined, digits: number): number | null {
  return value === undefined || Number.isNaN(value) ? null : rounded(value, digits);
}

function rounded(value: number, digits: number): number {
  const unit = 10 ** digits;
  return Math.round(value * unit) / unit;
}
