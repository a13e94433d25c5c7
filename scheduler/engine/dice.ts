/** Random whole numbers for inner loops, the same ones for the same seed (xorshift128 by George Marsaglia, 2003). */
export class Dice {
  private readonly state: Int32Array;

  constructor(seed: number) {
    this.state = Int32Array.of((seed | 0) ^ 0x6d2b79f5, 0x159a55e5, 0x1f123bb5, 0x075bcd15);
    // Near seeds give near first numbers.
    for (let at = 0; at < 64; at += 1) this.bits();
  }

  /** 32 random bits, as a signed number. */
  bits(): number {
    const { state } = this;
    let mixed = state[0] ?? 0;
    const last = state[3] ?? 0;
    mixed ^= mixed << 11;
    mixed ^= mixed >>> 8;
    state[0] = state[1] ?? 0;
    state[1] = state[2] ?? 0;
    state[2] = last;
    mixed ^= last ^ (last >>> 19);
    state[3] = mixed;
    return mixed;
  }

  /** From 0 to below 1. */
  share(): number {
    return (this.bits() >>> 0) * 2 ** -32;
  }

  /** A whole number from 0 to below the count, of at most 2³¹. */
  below(count: number): number {
    return ((this.bits() >>> 0) * 2 ** -32 * count) | 0;
  }
}
