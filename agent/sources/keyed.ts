/** Parses lines of `key value` (with any blanks between), as cgroup and proc files have them. Other lines are left out. */
export function parseKeyed(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [key, raw] = line.split(/\s+/, 2);
    const value = parseNumber(raw);
    if (key !== undefined && value !== null) values.set(key, value);
  }
  return values;
}

/** A number in a kernel file, or null when there is none (absent file, `max`, another word). */
export function parseNumber(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
