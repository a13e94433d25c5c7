import { runProgram } from "./program.ts";

/** The last answer of the driver's own tool, asked in the background. Times in seconds, monotonic. */
export interface NvidiaSmi {
  /**
   * What it printed, one GPU a line; null where there is no such tool, and while nothing (new enough) is known.
   * @throws the tool's failure, when it has no newer answer.
   */
  latest(now: number): string | null;
}

/** In the order of the columns. The name stands last because it is free text. */
export const GPU_FIELDS = [
  "index",
  "uuid",
  "pci.bus_id",
  "utilization.gpu",
  "utilization.memory",
  "memory.used",
  "memory.free",
  "temperature.gpu",
  "temperature.memory",
  "power.draw",
  "clocks.sm",
  "clocks.mem",
  "name",
] as const;

const QUERY = [`--query-gpu=${GPU_FIELDS.join(",")}`, "--format=csv,noheader,nounits"];
const TIMEOUT_SECONDS = 10;
const INTERVAL_SECONDS = 10;
const AFTER_FAILURE_SECONDS = 60;
const AFTER_ABSENCE_SECONDS = 600;
const OLDEST_SECONDS = 60;
const ABSENT = new Set(["ENOENT", "EACCES", "ENOTDIR"]);

/** Asks at most every 10 s and never twice at once: a hung driver would collect processes that cannot be killed. */
export function createNvidiaSmi(
  ask = () => runProgram("nvidia-smi", QUERY, { timeoutMs: TIMEOUT_SECONDS * 1000 }),
): NvidiaSmi {
  let answer: { readonly csv: string; readonly at: number } | null = null;
  let failure: Error | null = null;
  let askedAt: number | null = null;
  let nextAt = -Infinity;

  function start(now: number): void {
    askedAt = now;
    ask()
      .then(
        (csv) => {
          answer = { csv, at: now };
          failure = null;
          nextAt = now + INTERVAL_SECONDS;
        },
        (error: unknown) => {
          failure = isAbsent(error) ? null : toError(error);
          nextAt = now + (failure === null ? AFTER_ABSENCE_SECONDS : AFTER_FAILURE_SECONDS);
        },
      )
      .finally(() => {
        askedAt = null;
      });
  }

  return {
    latest(now) {
      if (askedAt === null && now >= nextAt) start(now);
      if (answer !== null && now - answer.at <= OLDEST_SECONDS) return answer.csv;
      if (failure !== null) throw failure;
      if (askedAt !== null && now - askedAt > OLDEST_SECONDS) {
        throw new Error(`nvidia-smi has not ended for ${Math.round(now - askedAt)} s`);
      }
      return null;
    },
  };
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && ABSENT.has(String(error.code));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
