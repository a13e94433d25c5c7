/**
 * The `wanted` numbers from 0 to below `count` with the lowest values, the lowest first; of equal ones the lower number.
 * `valueOf` is told the value from which on it no longer matters; what is at Infinity is never listed.
 */
export function shortList(
  count: number,
  wanted: number,
  valueOf: (each: number, limit: number) => number,
): readonly number[] {
  const list = new Int32Array(wanted);
  const values = new Float64Array(wanted);
  let length = 0;
  for (let each = 0; each < count; each += 1) {
    const limit = length < wanted ? Infinity : (values[wanted - 1] ?? Infinity);
    const value = valueOf(each, limit);
    if (!(value < limit)) continue;
    let at = Math.min(length, wanted - 1);
    while (at > 0 && (values[at - 1] ?? 0) > value) {
      list[at] = list[at - 1] ?? 0;
      values[at] = values[at - 1] ?? 0;
      at -= 1;
    }
    list[at] = each;
    values[at] = value;
    length = Math.min(length + 1, wanted);
  }
  return [...list.subarray(0, length)];
}
