/** What was used at evenly spaced moments, one number each, oldest first; NaN where it is not known. */
export interface Series {
  readonly cpuCores: Float32Array;
  readonly memoryBytes: Float32Array;
  /** By name, of what the policy has measured besides. */
  readonly others?: Readonly<Record<string, Float32Array>>;
}

/** Loads of the past, at the same moments for all; where the past is longer than a day, folded to one. */
export interface History {
  /** Between two moments. */
  readonly stepSeconds: number;
  /** How many moments; 0 when there is no history. */
  readonly points: number;
  /** By task id, of the tasks that run now. */
  readonly tasks: Readonly<Record<string, Series>>;
  /** By service id: what one of its tasks used on average, whichever tasks it had then. */
  readonly services: Readonly<Record<string, Series>>;
  /** By node id: what the node used beside all tasks that it had then. */
  readonly remainders: Readonly<Record<string, Series>>;
}

export const NO_HISTORY: History = { stepSeconds: 0, points: 0, tasks: {}, services: {}, remainders: {} };
