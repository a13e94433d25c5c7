/** A map in front of another, which stays as it is: to change a few of thousands of entries, none need be copied. */
export class Overlay<Key, Value extends object> implements ReadonlyMap<Key, Value> {
  private readonly under: ReadonlyMap<Key, Value>;
  private readonly own = new Map<Key, Value>();
  private added = 0;

  constructor(under: ReadonlyMap<Key, Value>) {
    this.under = under;
  }

  get size(): number {
    return this.under.size + this.added;
  }

  get(key: Key): Value | undefined {
    return this.own.get(key) ?? this.under.get(key);
  }

  has(key: Key): boolean {
    return this.own.has(key) || this.under.has(key);
  }

  set(key: Key, value: Value): this {
    if (!this.has(key)) this.added += 1;
    this.own.set(key, value);
    return this;
  }

  /** In the order of the map behind; what is new comes last. */
  *entries(): MapIterator<[Key, Value]> {
    for (const [key, value] of this.under) yield [key, this.own.get(key) ?? value];
    if (this.added === 0) return undefined;
    for (const [key, value] of this.own) if (!this.under.has(key)) yield [key, value];
    return undefined;
  }

  *keys(): MapIterator<Key> {
    for (const [key] of this.entries()) yield key;
    return undefined;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
    return undefined;
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(callback: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this) callback(value, key, this);
  }
}
