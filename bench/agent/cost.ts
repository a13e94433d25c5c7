import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../support/numbers.ts";
import { cpuSeconds, residentOf, type Resident } from "../support/processes.ts";
import type { Program } from "./programs.ts";
import { scrape, type Answer, type Encoding } from "./scrape.ts";

/** What one program costs. */
export interface Cost {
  readonly plain: Timing;
  readonly gzip: Timing;
  /** CPU time, which tells more than the clock on a machine that is busy with other things too. */
  readonly cpuMsPerScrape: number;
  /** With a scrape each 15 s. */
  readonly cpuSecondsPerHour: number;
  /** As it is scraped by a Prometheus, and after all the scrapes in a row. */
  readonly resident: Resident;
  readonly residentAfter: Resident;
  readonly series: number;
  readonly containerSeries: number;
}

interface Timing {
  readonly p50: number;
  readonly p99: number;
  readonly bytes: number;
}

/** How much is measured. */
export interface Effort {
  readonly scrapes: number;
  readonly seconds: number;
}

const ENCODINGS: readonly Encoding[] = ["plain", "gzip"];
const SETTLING_SCRAPES = 2;
const WARM_UP_SCRAPES = 30;
// Between two scrapes, so that what one program leaves to do (its collection of garbage) is not timed with the next.
const PAUSE_MS = 20;
const IDLE_SECONDS = 15;
export const SCRAPE_INTERVAL_SECONDS = 15;

/**
 * The programs' costs, measured side by side: CPU time over a while in which each is scraped as by a Prometheus, then
 * timed scrapes in turn, never two at once.
 */
export async function costsOf(
  programs: readonly Program[],
  { scrapes, seconds }: Effort,
  signal: AbortSignal,
): Promise<readonly Cost[]> {
  await scrapeInTurn(programs, SETTLING_SCRAPES, signal);
  const shares = await cpuShares(programs, seconds, signal);
  const residents = programs.map(({ pid }) => residentOf(pid));
  await scrapeInTurn(programs, WARM_UP_SCRAPES, signal);
  const used = meterOf(programs);
  const timed = await scrapeInTurn(programs, scrapes, signal);
  const busy = used();
  const rest = await idleShares(programs, signal);
  return programs.map(({ pid }, index) => {
    const after = residentOf(pid);
    const answers = timed[index] ?? { plain: [], gzip: [] };
    const last = answers.plain.at(-1);
    const own = (busy[index]?.cpu ?? 0) - (rest[index] ?? 0) * (busy[index]?.elapsed ?? 0);
    return {
      cpuMsPerScrape: (own * 1000) / (scrapes * ENCODINGS.length),
      plain: timingOf(answers.plain),
      gzip: timingOf(answers.gzip),
      cpuSecondsPerHour: (shares[index] ?? Number.NaN) * 3600,
      resident: residents[index] ?? after,
      residentAfter: after,
      series: last?.series ?? 0,
      containerSeries: last?.containerSeries ?? 0,
    };
  });
}

type Answers = Readonly<Record<Encoding, Answer[]>>;

async function scrapeInTurn(
  programs: readonly Program[],
  scrapes: number,
  signal: AbortSignal,
): Promise<readonly Answers[]> {
  const answers = programs.map((): Answers => ({ plain: [], gzip: [] }));
  for (let turn = 0; turn < scrapes; turn += 1) {
    for (const [index, { url }] of programs.entries()) {
      for (const encoding of ENCODINGS) {
        answers[index]?.[encoding].push(await scrape(url, encoding));
        await sleep(PAUSE_MS, undefined, { signal });
      }
    }
  }
  return answers;
}

/** CPU seconds per second, over whole scrape intervals. */
async function cpuShares(
  programs: readonly Program[],
  seconds: number,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const intervals = Math.max(1, Math.round(seconds / SCRAPE_INTERVAL_SECONDS));
  const half = (SCRAPE_INTERVAL_SECONDS * 1000) / 2;
  const used = meterOf(programs);
  const began = performance.now();
  for (let index = 0; index < intervals; index += 1) {
    await sleep(half, undefined, { signal });
    for (const { url } of programs) await scrape(url, "gzip");
    await sleep(Math.max(0, began + 2 * half * (index + 1) - performance.now()), undefined, { signal });
  }
  return used().map(({ cpu, elapsed }) => cpu / elapsed);
}

/** CPU seconds per second without any scrape. */
async function idleShares(programs: readonly Program[], signal: AbortSignal): Promise<readonly number[]> {
  const used = meterOf(programs);
  await sleep(IDLE_SECONDS * 1000, undefined, { signal });
  return used().map(({ cpu, elapsed }) => cpu / elapsed);
}

/** Tells, when it is called, what each program used since now, in seconds. */
function meterOf(
  programs: readonly Program[],
): () => readonly { readonly cpu: number; readonly elapsed: number }[] {
  const before = programs.map(({ pid }) => ({ pid, seconds: cpuSeconds(pid) }));
  const began = performance.now();
  return () => {
    const elapsed = (performance.now() - began) / 1000;
    return before.map(({ pid, seconds }) => ({ cpu: cpuSeconds(pid) - seconds, elapsed }));
  };
}

function timingOf(answers: readonly Answer[]): Timing {
  const times = answers.map(({ ms }) => ms);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), bytes: answers.at(-1)?.bytes ?? 0 };
}
