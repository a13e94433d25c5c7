const DAY_MS = 86_400_000;
/** Clocks on the earth are between 12 hours behind UTC and 14 ahead. */
const WESTERNMOST_MS = -12 * 3_600_000;
const EASTERNMOST_MS = 14 * 3_600_000;

/** How far a zone's clocks are ahead of UTC at a moment; both in milliseconds. */
export type ZoneOffset = (ms: number) => number;

/**
 * The clock of a time zone such as `Europe/Berlin`, `UTC` or `+01:00`.
 * @throws RangeError for a zone that is not known.
 */
export function zoneOffset(timezone: string): ZoneOffset {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" });
  return (ms) => {
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(ms)) ?? [];
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return (sign === "-" ? -size : size) * 1000;
  };
}

/** The days, as midnights that a clock without a zone would show, whose times may lie between two moments. */
export function daysBetween(fromMs: number, toMs: number): { readonly first: number; readonly last: number } {
  return { first: midnight(fromMs + WESTERNMOST_MS), last: midnight(toMs + EASTERNMOST_MS) };
}

function midnight(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

/**
 * The moments at which a zone's clocks show the given times of a day, in order. Times are milliseconds from midnight. Where
 * clocks go back, a time that they show twice has two moments. Where they go forward, a time that they never show counts as
 * the moment of the change, so that a nightly window or blackout is not lost once a year.
 */
export function momentsOf(day: number, times: readonly number[], offset: ZoneOffset): readonly number[] {
  const from = day - EASTERNMOST_MS;
  const to = day + DAY_MS - WESTERNMOST_MS;
  const before = offset(from);
  const after = offset(to);
  if (before === after) return times.map((time) => day + time - before);
  const change = changeBetween(from, to, offset);
  const moments = times.flatMap((time) => {
    const earlier = day + time - before;
    const later = day + time - after;
    const shown = [...(earlier < change ? [earlier] : []), ...(later >= change ? [later] : [])];
    return shown.length > 0 ? shown : [change];
  });
  return [...new Set(moments)].toSorted((a, b) => a - b);
}

/** The first moment, to the second, that has the offset of `toMs`; clocks are never changed twice within three days. */
function changeBetween(fromMs: number, toMs: number, offset: ZoneOffset): number {
  const before = offset(fromMs);
  let low = Math.floor(fromMs / 1000);
  let high = Math.ceil(toMs / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}
