/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** At least `from` and below `to`. */
  between(from: number, to: number): number;
  /** One of the whole numbers from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** True in this share of all cases. */
  chance(share: number): boolean;
  /** @throws RangeError of an empty list. */
  pick<T>(items: readonly T[]): T;
}

/**
 * One stream of a seed's numbers: each loop of the soak draws from its own, so that what one does is the same however
 * long another waits. The generator is Mulberry32; it is good enough for choices and needs no library.
 */
export function randomOf(seed: number, stream: string): Random {
  let state = seed | 0;
  for (let at = 0; at < stream.length; at += 1) state = Math.imul(state ^ stream.charCodeAt(at), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (from, to) => from + next() * (to - from),
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (share) => next() < share,
    pick(items) {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
  };
}
