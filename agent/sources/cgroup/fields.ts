/**
 * Numbers out of a cgroup file's text, without regular expressions or a map of all its lines: at a hundred containers
 * that would cost more than reading the files.
 */

const ZERO = 48;
const NINE = 57;
const NEWLINE = 10;
const BLANK = 32;

/** The unsigned number that begins at `from`; null when there is none (`max`, `-1`, an empty or absent file). */
export function numberAt(text: string | undefined, from: number): number | null {
  if (text === undefined) return null;
  let value = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const digit = text.charCodeAt(at);
    if (digit < ZERO || digit > NINE) break;
    value = value * 10 + digit - ZERO;
  }
  return at === from ? null : value;
}

/** The unsigned number that a file of one number holds. */
export function numberIn(text: string | undefined): number | null {
  return numberAt(text, 0);
}

/** The number of the line `key number`; null when there is no such line. */
export function fieldOf(text: string | undefined, key: string): number | null {
  if (text === undefined) return null;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const end = at + key.length;
    const isWhole = (at === 0 || text.charCodeAt(at - 1) === NEWLINE) && text.charCodeAt(end) === BLANK;
    if (isWhole) return numberAt(text, end + 1);
  }
  return null;
}

/** A value in another unit; what is not known stays so. */
export function divided(value: number | null, unit: number): number | null {
  return value === null ? null : value / unit;
}
