/** Random whole numbers for inner loops, the same ones for the same seed (xorshift128 by George Marsaglia, 2003). */
export class Dice {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number) {
    this.a = (seed | 0) ^ 0x6d2b79f5;
    this.b = 0x159a55e5;
    this.c = 0x1f123bb5;
    this.d = 0x075bcd15;
    // Near seeds give near first numbers.
    for (let at = 0; at < 64; at += 1) this.bits();
  }

  /** 32 random bits, as a signed number. */
  bits(): number {
    const mixed = this.a ^ (this.a << 11);
    this.a = this.b;
    this.b = this.c;
    this.c = this.d;
    this.d = this.d ^ (this.d >>> 19) ^ mixed ^ (mixed >>> 8);
    return this.d;
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
