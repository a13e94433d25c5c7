import { HORIZON_MS, recurring, type Recurrence, type Recurring } from "./recurrence.ts";

/** When moves are welcome: inside any maintenance window, if there are windows at all, and never inside a blackout. */
export interface Calendar {
  readonly windows: readonly Recurring[];
  readonly blackouts: readonly Recurring[];
}

/** What a calendar says of a moment. */
export interface Opening {
  readonly open: boolean;
  /** One sentence for people. */
  readonly detail: string;
  /** When it will be the other way; null when that is never, or too far ahead to be seen. */
  readonly changesAtMs: number | null;
}

/** Spans that run on into one another are followed so far and no further. */
const MOST_STEPS = 1000;

/** @throws Error for an expression or a time zone that is not valid; the setting's type refuses those before. */
export function calendarOf(windows: readonly Recurrence[], blackouts: readonly Recurrence[]): Calendar {
  return { windows: windows.map(recurring), blackouts: blackouts.map(recurring) };
}

/** Whether moves are welcome at a moment, why, and until when. */
export function openingAt(calendar: Calendar, nowMs: number): Opening {
  const blackout = onAt(calendar.blackouts, nowMs);
  if (blackout !== null) return closed(calendar, nowMs, `in the blackout ${nameOf(blackout)}`);
  if (calendar.windows.length === 0) return open(calendar, nowMs, "no maintenance windows are set");
  const window = onAt(calendar.windows, nowMs);
  if (window === null) return closed(calendar, nowMs, "outside every maintenance window");
  return open(calendar, nowMs, `in the maintenance window ${nameOf(window)}`);
}

function open(calendar: Calendar, nowMs: number, why: string): Opening {
  const ends = calendar.windows.length === 0 ? Infinity : coveredUntil(calendar.windows, nowMs);
  const changesAt = Math.min(ends, nextStart(calendar.blackouts, nowMs));
  return { open: true, ...told(why, "open until", changesAt) };
}

function closed(calendar: Calendar, nowMs: number, why: string): Opening {
  return { open: false, ...told(why, "opens at", opensAt(calendar, nowMs)) };
}

function told(why: string, what: string, ms: number): Pick<Opening, "detail" | "changesAtMs"> {
  if (ms === Infinity) return { detail: why, changesAtMs: null };
  return { detail: `${why}; ${what} ${new Date(ms).toISOString()}`, changesAtMs: ms };
}

/** The first moment from `fromMs` on that is open: past each blackout in turn, and on to the next window. */
function opensAt({ windows, blackouts }: Calendar, fromMs: number): number {
  let ms = fromMs;
  for (let step = 0; step < MOST_STEPS && ms < Infinity; step += 1) {
    const over = furthestEnd(blackouts, ms);
    if (over === ms && (windows.length === 0 || onAt(windows, ms) !== null)) return ms;
    ms = over > ms ? over : nextStart(windows, ms);
  }
  return Infinity;
}

/** When the spans that are on, and those that take over from them, are all over. */
function coveredUntil(spans: readonly Recurring[], fromMs: number): number {
  let ms = fromMs;
  for (let step = 0; step < MOST_STEPS && ms < fromMs + HORIZON_MS; step += 1) {
    const further = furthestEnd(spans, ms);
    if (further === ms) return ms;
    ms = further;
  }
  return Infinity;
}

/** The latest end of what is on at a moment; the moment itself when nothing is. */
function furthestEnd(spans: readonly Recurring[], ms: number): number {
  return Math.max(ms, ...spans.map((span) => span.endAt(ms) ?? ms));
}

function nextStart(spans: readonly Recurring[], ms: number): number {
  return Math.min(...spans.map((span) => span.startAfter(ms) ?? Infinity));
}

function onAt(spans: readonly Recurring[], ms: number): Recurring | null {
  return spans.find((span) => span.endAt(ms) !== null) ?? null;
}

function nameOf({ recurrence: { cron, timezone } }: Recurring): string {
  return `${JSON.stringify(cron)} in ${timezone}`;
}
