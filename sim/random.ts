/** A number from 0 to below 1 that hangs on nothing but these: the same ones for the same seed, in whatever order. */
export function chance(seed: number, ...keys: readonly number[]): number {
  let mixed = seed >>> 0;
  for (const key of keys) {
    mixed = Math.imul(mixed ^ (key | 0), 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    mixed ^= mixed >>> 13;
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

/** A text as a number (FNV-1a, by Fowler, Noll and Vo). */
export function keyOf(text: string): number {
  let key = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    key = Math.imul(key ^ text.charCodeAt(index), 0x01000193);
  return key | 0;
}
