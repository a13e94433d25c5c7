/** One thing that is wrong with the configuration: where, what, and what to write instead. */
export interface Fault {
  /** The environment variable, or `file: path.in.it`. */
  readonly place: string;
  /** What is wrong and how to mend it, as one phrase. */
  readonly problem: string;
}

/** Thrown with every fault of a configuration at once: nobody should mend one only to meet the next. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(describeFaults(faults));
    this.name = "ConfigError";
    this.faults = faults;
  }
}

function describeFaults(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const lines = faults.map((fault) => `  ${fault.place}: ${fault.problem}`);
  return [`bad configuration, ${count}:`, ...lines].join("\n");
}

/**
 * Runs all readers and returns what they read.
 * @throws ConfigError with the faults of all that threw one; whatever else is thrown passes.
 */
export function readAll<Values extends readonly unknown[]>(readers: {
  readonly [Index in keyof Values]: () => Values[Index];
}): Values {
  const faults: Fault[] = [];
  const values = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(...error.faults);
      return null;
    }
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return values as unknown as Values;
}
