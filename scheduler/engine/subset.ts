/** Some of the numbers from 0 to below a count, for drawing one of them at random. */
export class Subset {
  /** How many there are. */
  size = 0;
  private readonly members: Int32Array;
  /** By number: its place among the members, or −1. */
  private readonly placeOf: Int32Array;

  constructor(count: number) {
    this.members = new Int32Array(count);
    this.placeOf = new Int32Array(count).fill(-1);
  }

  /** The member at a place from 0 to below the size, in no order. */
  at(place: number): number {
    return this.members[place] ?? 0;
  }

  /** Says whether a number is in it from now on. */
  set(number: number, isIn: boolean): void {
    const place = this.placeOf[number] ?? -1;
    if (isIn === place >= 0) return;
    if (isIn) {
      this.members[this.size] = number;
      this.placeOf[number] = this.size;
      this.size += 1;
      return;
    }
    this.size -= 1;
    const last = this.members[this.size] ?? 0;
    this.members[place] = last;
    this.placeOf[last] = place;
    this.placeOf[number] = -1;
  }
}
