/**
 * Numbers out of a kernel file's bytes, without making a string: a thousand small strings a second would cost more than
 * the reading.
 */

const ZERO = 48;
const NINE = 57;
const NEWLINE = 10;

/** The unsigned number that begins at `from`; NaN when there is none. */
export function numberAt(bytes: Buffer, from: number, end: number): number {
  let value = 0;
  let at = from;
  for (; at < end; at += 1) {
    const digit = bytes[at] ?? 0;
    if (digit < ZERO || digit > NINE) break;
    value = value * 10 + digit - ZERO;
  }
  return at === from ? Number.NaN : value;
}

/** The number of the line `key number`; NaN when there is no such line. */
export function fieldOf(bytes: Buffer, end: number, key: Buffer): number {
  for (let at = bytes.indexOf(key); at >= 0 && at < end; at = bytes.indexOf(key, at + 1)) {
    if (at === 0 || bytes[at - 1] === NEWLINE) return numberAt(bytes, at + key.length, end);
  }
  return Number.NaN;
}
