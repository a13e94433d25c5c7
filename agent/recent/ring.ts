/** What is kept of a node and of each container, once a second. */
export const FIELDS = [
  "cpuCores",
  "memoryBytes",
  "receivedBytesPerSecond",
  "sentBytesPerSecond",
  "readBytesPerSecond",
  "writtenBytesPerSecond",
] as const;

/** One value for each field, in their order; NaN for what is not known. */
export type Reading = readonly number[];

/** How many readings a ring holds: a minute of them at one a second. */
export const READINGS_KEPT = 60;

/** The last minute of one node or container, in a fixed piece of memory. */
export interface Ring {
  /** `at` in seconds on the monotonic clock, later than all before. */
  push(at: number, reading: Reading): void;
  /** The readings after `since` and until now, oldest first. */
  after(since: number): readonly TimedReading[];
  /** The newest, or null before the first. */
  latest(): TimedReading | null;
}

/** A reading and its moment on the monotonic clock. */
export interface TimedReading {
  readonly at: number;
  readonly values: Reading;
}

export function createRing(): Ring {
  const times = new Float64Array(READINGS_KEPT);
  const values = new Float64Array(READINGS_KEPT * FIELDS.length);
  let pushed = 0;

  function at(index: number): TimedReading {
    const slot = index % READINGS_KEPT;
    const from = slot * FIELDS.length;
    return { at: times[slot] ?? Number.NaN, values: [...values.subarray(from, from + FIELDS.length)] };
  }

  return {
    push(moment, reading) {
      const slot = pushed % READINGS_KEPT;
      times[slot] = moment;
      for (let field = 0; field < FIELDS.length; field += 1)
        values[slot * FIELDS.length + field] = reading[field] ?? Number.NaN;
      pushed += 1;
    },
    after(since) {
      const found: TimedReading[] = [];
      for (let index = Math.max(0, pushed - READINGS_KEPT); index < pushed; index += 1)
        if ((times[index % READINGS_KEPT] ?? 0) > since) found.push(at(index));
      return found;
    },
    latest: () => (pushed === 0 ? null : at(pushed - 1)),
  };
}
