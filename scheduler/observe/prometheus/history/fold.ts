/**
 * Numbers of several days, oldest first, as the last `points` of them: each moment gets the highest of its days. What is
 * known of any day is known of the moment.
 */
export function foldDays(values: Float32Array, points: number): Float32Array {
  if (values.length <= points) return values;
  const folded = values.slice(values.length - points);
  // Counted from the newest: the oldest day may be there in part only.
  for (let back = points; back < values.length; back += 1) {
    const at = points - 1 - (back % points);
    folded[at] = higher(folded[at], values[values.length - 1 - back]);
  }
  return folded;
}

/** The higher of two numbers of which either may be unknown. */
export function higher(a = Number.NaN, b = Number.NaN): number {
  return b > a || Number.isNaN(a) ? b : a;
}
