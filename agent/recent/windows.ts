import { READINGS_KEPT } from "./ring.ts";

// More scrapers than this at a time are served, but one of them begins its window anew.
const SCRAPERS_MOST = 32;

/**
 * Which stretch of time a scrape stands for: since the same scraper's last one, so that its windows join without a gap
 * or an overlap, whatever its interval and whoever else scrapes.
 */
export interface Windows {
  /** The window's start on the monotonic clock; at most a minute back, which is also what a new scraper gets. */
  startOf(scraper: string, now: number): number;
}

export function createWindows(): Windows {
  const last = new Map<string, number>();
  return {
    startOf(scraper, now) {
      const earliest = now - READINGS_KEPT;
      const start = Math.max(earliest, last.get(scraper) ?? earliest);
      // Put at the end: the first of the map is then the one that was not seen for longest.
      last.delete(scraper);
      last.set(scraper, now);
      const [oldest] = last.keys();
      if (last.size > SCRAPERS_MOST && oldest !== undefined) last.delete(oldest);
      return start;
    },
  };
}
