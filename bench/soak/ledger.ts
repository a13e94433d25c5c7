/** What must not be, as it was seen. */
interface Violation {
  readonly atMs: number;
  readonly service: string;
  readonly what: string;
  /** What was known of it: events, tasks, steps of moves. */
  readonly evidence: readonly string[];
}

/** What was done, what came of it and what must not have been. */
export interface Ledger {
  done(what: string, detail?: string): void;
  /** Something that was to be done could not be: of the soak, not of what it tests. */
  failed(what: string, error: unknown): void;
  violated(violation: Omit<Violation, "atMs">): void;
  counts(): ReadonlyMap<string, number>;
  failures(): ReadonlyMap<string, number>;
  violations(): readonly Violation[];
}

/** A ledger that also says each line as it is written, with the time since the start. */
export function createLedger(startedMs: number, say: (line: string) => void): Ledger {
  const counts = new Map<string, number>();
  const failures = new Map<string, number>();
  const violations: Violation[] = [];
  const tell = (line: string) => {
    say(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  };
  const count = (map: Map<string, number>, what: string) => map.set(what, (map.get(what) ?? 0) + 1);
  return {
    done(what, detail) {
      count(counts, what);
      tell(detail === undefined ? what : `${what}: ${detail}`);
    },
    failed(what, error) {
      count(failures, what);
      tell(`${what} could not be done: ${error instanceof Error ? error.message : String(error)}`);
    },
    violated(violation) {
      violations.push({ ...violation, atMs: Date.now() });
      tell(`VIOLATION ${violation.service}: ${violation.what}`);
      for (const line of violation.evidence) tell(`  ${line}`);
    },
    counts: () => counts,
    failures: () => failures,
    violations: () => violations,
  };
}
