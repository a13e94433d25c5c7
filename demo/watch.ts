import axios from "axios";
import type { Decision } from "../scheduler/domain/decision.ts";
import type { Snapshot } from "../scheduler/domain/snapshot.ts";
import type { JournalEntry } from "../scheduler/journal/journal.ts";
import { viewOf, withLoadsOf, type NodeRow, type View } from "./view.ts";

/** The nodes at a moment worth keeping. */
export interface Picture {
  readonly nodes: readonly NodeRow[];
  readonly imbalance: number | null;
}

export interface Watcher {
  /** One look. Fails when the API does not answer. */
  look(): Promise<View>;
  /** What the last look saw. */
  last(): View | null;
  /** How things stood when the first moves were decided on; null when there were none yet. */
  before(): Picture | null;
  /** How things stood at the newest decision. */
  now(): Picture | null;
}

const TIMEOUT_MS = 10_000;

/** Watches the swarm through the scheduler's API, as any client could. */
export function createWatcher(scheduler: string, stack: string): Watcher {
  // The lab is on this machine: no proxy stands between.
  const http = axios.create({ baseURL: scheduler, timeout: TIMEOUT_MS, proxy: false });
  let last: View | null = null;
  let newest: Picture | null = null;
  let before: Picture | null = null;
  let still: readonly NodeRow[] = [];
  return {
    async look() {
      const [snapshot, plan, journal] = await Promise.all([
        http.get<Snapshot>("/v1/snapshot"),
        http.get<Decision>("/v1/plan"),
        http.get<{ decisions: readonly JournalEntry[] }>("/v1/decisions"),
      ]);
      const entries = journal.data.decisions;
      const view = viewOf({ snapshot: snapshot.data, plan: plan.data, entries }, stack);
      if (view.underWay.length === 0 && view.finished.length === 0) still = view.nodes;
      before ??= pictureOf(
        entries.findLast((entry) => entry.results.length > 0),
        still,
      );
      newest = pictureOf(entries[0], view.nodes);
      last = view;
      return view;
    },
    last: () => last,
    before: () => before,
    now: () => newest,
  };
}

/** The nodes' tasks as they were seen, their loads as the decision counted them. */
function pictureOf(entry: JournalEntry | undefined, rows: readonly NodeRow[]): Picture | null {
  if (entry === undefined) return null;
  return { nodes: withLoadsOf(rows, entry.decision), imbalance: entry.decision.imbalance };
}
