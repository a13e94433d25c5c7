import { Subset } from "./subset.ts";

/** Which items stand in which bin, and which stand elsewhere than at first, for drawing one of them at random. */
export class Places {
  /** The items that do not stand where they began. */
  readonly away: Subset;
  private readonly start: Int32Array;
  /** By bin its items, in no order; the rest of each row is room. */
  private readonly members: Int32Array[];
  private readonly counts: Int32Array;
  private readonly placeOf: Int32Array;
  private readonly noted: Int32Array;

  constructor(start: Int32Array, binOf: Int32Array, bins: number) {
    this.start = start;
    this.away = new Subset(start.length);
    this.members = Array.from({ length: bins }, () => new Int32Array(8));
    this.counts = new Int32Array(bins);
    this.placeOf = new Int32Array(start.length);
    this.noted = binOf.slice();
    for (const [item, bin] of binOf.entries()) this.enter(item, bin);
  }

  /** How many items the bin holds. */
  count(bin: number): number {
    return this.counts[bin] ?? 0;
  }

  /** One of the items of a bin, counted from 0 in no order. */
  member(bin: number, place: number): number {
    return this.members[bin]?.[place] ?? 0;
  }

  /** Notes that an item stands in a bin now. */
  note(item: number, bin: number): void {
    const from = this.noted[item] ?? 0;
    if (from === bin) return;
    const row = this.members[from];
    const last = (this.counts[from] ?? 0) - 1;
    const place = this.placeOf[item] ?? 0;
    if (row !== undefined) {
      const moved = row[last] ?? 0;
      row[place] = moved;
      this.placeOf[moved] = place;
    }
    this.counts[from] = last;
    this.noted[item] = bin;
    this.enter(item, bin);
  }

  private enter(item: number, bin: number): void {
    const place = this.counts[bin] ?? 0;
    let row = this.members[bin] ?? new Int32Array(8);
    if (place >= row.length) {
      const longer = new Int32Array(row.length * 2);
      longer.set(row);
      this.members[bin] = longer;
      row = longer;
    }
    row[place] = item;
    this.placeOf[item] = place;
    this.counts[bin] = place + 1;
    this.away.set(item, bin !== this.start[item]);
  }
}
