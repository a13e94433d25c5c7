import { chance, keyOf } from "../random.ts";

/** How Prometheus scrapes the agents, and how badly. */
export interface Scraping {
  readonly intervalSeconds: number;
  /** What share of the scrapes fails. */
  readonly missShare: number;
  /** What share of them is slow, and how long those take until they are there to be asked for. */
  readonly lateShare: number;
  readonly lateSeconds: number;
  readonly seed: number;
}

/** As deploy/prometheus.yml has it, and nothing goes wrong. */
export const PUNCTUAL: Scraping = {
  intervalSeconds: 15,
  missShare: 0,
  lateShare: 0,
  lateSeconds: 0,
  seed: 1,
};

/** Scrapes of one node. A scrape is a number: it begins so many intervals after the node's first. */
export interface Scrapes {
  /** The last one that began by then. */
  lastBy(ms: number): number;
  beganMs(scrape: number): number;
  /** Whether it brings samples, where the node is there. */
  succeeds(scrape: number): boolean;
  /** When its samples are there to be asked for. */
  isInMs(scrape: number): number;
}

/** Each node is scraped at its own moments, spread over the interval as Prometheus spreads its targets. */
export function scrapesOf(nodeId: string, scraping: Scraping): Scrapes {
  const { intervalSeconds, missShare, lateShare, lateSeconds, seed } = scraping;
  const key = keyOf(nodeId);
  const intervalMs = intervalSeconds * 1000;
  const offsetMs = Math.floor(chance(seed, key) * intervalMs);
  const beganMs = (scrape: number) => scrape * intervalMs + offsetMs;
  return {
    lastBy: (ms) => Math.floor((ms - offsetMs) / intervalMs),
    beganMs,
    succeeds: (scrape) => missShare === 0 || chance(seed + 1, key, scrape) >= missShare,
    isInMs: (scrape) =>
      beganMs(scrape) + (lateShare > 0 && chance(seed + 2, key, scrape) < lateShare ? lateSeconds * 1000 : 0),
  };
}
