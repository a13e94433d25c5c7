import type { NamedCollector } from "./collectors/contract.ts";
import type { Family } from "./metric.ts";
import type { Sources } from "./sources/sources.ts";

/** How one collector fared in one sample. */
export interface Report {
  readonly collector: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

type Outcome =
  | { readonly kind: "data"; readonly families: readonly Family[] }
  /** This host has no such source. Nothing is exposed, and nothing is wrong. */
  | { readonly kind: "no data" }
  | { readonly kind: "failure"; readonly error: Error };

/** A collector under the framework's care. Never rejects. */
export type Runner = (sources: Sources) => Promise<Report>;

const NO_DATA: Outcome = { kind: "no data" };

/**
 * Times a collector, bounds it and keeps its failures to itself. One that is still busy from an earlier sample is not
 * started again: hung reads would pile up.
 */
export function createRunner(collector: NamedCollector, timeoutSeconds: number): Runner {
  let busy = false;

  function bounded(answer: Promise<unknown>): Promise<unknown> {
    busy = true;
    const settled = answer.finally(() => {
      busy = false;
    });
    return withTimeout(settled, timeoutSeconds);
  }

  return async (sources) => {
    const started = sources.clock.monotonic();
    const report = (outcome: Outcome): Report => {
      return { collector: collector.name, seconds: sources.clock.monotonic() - started, outcome };
    };
    try {
      if (busy) throw new Error("still busy with an earlier sample");
      const answer = collector.read(sources);
      // What was read at once is not awaited: while one waits, others work, and their time would be counted here.
      const raw = answer instanceof Promise ? await bounded(answer) : answer;
      return report(raw === null ? NO_DATA : { kind: "data", families: collector.parse(raw) });
    } catch (error) {
      return report(toFailure(error));
    }
  };
}

function toFailure(error: unknown): Outcome {
  return { kind: "failure", error: error instanceof Error ? error : new Error(String(error)) };
}

function withTimeout<T>(answer: Promise<T>, seconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${seconds} s`));
    }, seconds * 1000);
    answer.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
