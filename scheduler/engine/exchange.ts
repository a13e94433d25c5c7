import type { Dice } from "./dice.ts";
import type { Landscape } from "./landscape.ts";
import type { Places } from "./places.ts";

/** The most items that give way to one. */
const MOST = 24;

/**
 * An item goes to a bin, and of those there so many come back in its stead as are together about as large. Single shifts
 * and swaps do not find it: on the way something large stands where there is no room for it (the winner of the challenge
 * that this was tried on called it a big process rearrangement).
 */
export class Exchange {
  /** What the last one moved: first the item, then those that gave way. */
  readonly moved = new Int32Array(MOST + 1);
  count = 0;
  private readonly landscape: Landscape;
  private readonly places: Places;

  constructor(landscape: Landscape, places: Places) {
    this.landscape = landscape;
    this.places = places;
  }

  /** Makes such a change if it costs no more than the limit; whether it did. */
  attempt(item: number, bin: number, limit: number, dice: Dice): boolean {
    const { landscape, moved } = this;
    const from = landscape.binOf[item] ?? 0;
    if (from === bin) return false;
    this.gather(item, bin, dice);
    if (landscape.exchangeFloor(moved, this.count, bin) > limit) return false;
    // Those that give way go first, or there would be no room at all.
    let delta = 0;
    let done = 0;
    for (let at = this.count - 1; at >= 0; at -= 1) {
      const each = moved[at] ?? 0;
      const to = at === 0 ? bin : from;
      delta += landscape.shiftDelta(each, to, Infinity);
      if (delta === Infinity) break;
      landscape.makeShift(each, to);
      done += 1;
    }
    if (delta <= limit) return true;
    for (let at = this.count - done; at < this.count; at += 1)
      landscape.makeShift(moved[at] ?? 0, at === 0 ? from : bin);
    return false;
  }

  private gather(item: number, bin: number, dice: Dice): void {
    const { landscape, places, moved } = this;
    const { sizes } = landscape;
    const size = sizes[item] ?? 0;
    const most = size * (0.5 + dice.share());
    const here = places.count(bin);
    let place = dice.below(here);
    let sum = 0;
    moved[0] = item;
    this.count = 1;
    for (let seen = 0; seen < here && this.count <= MOST; seen += 1) {
      const each = places.member(bin, place);
      place = place + 1 < here ? place + 1 : 0;
      if (sum + (sizes[each] ?? 0) > most) continue;
      sum += sizes[each] ?? 0;
      moved[this.count] = each;
      this.count += 1;
    }
  }
}
