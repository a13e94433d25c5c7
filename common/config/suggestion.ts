/**
 * `; did you mean X?` for the known name that shares most of its beginning and end, when that is enough to be meant.
 * `prefix` is what all names begin with.
 */
export function suggestion(name: string, known: Iterable<string>, prefix: string): string {
  const [best] = [...known].sort((a, b) => sharedLength(b, name) - sharedLength(a, name));
  const shared = best === undefined ? 0 : sharedLength(best, name) - prefix.length;
  if (best === undefined || shared < 1 || shared < (name.length - prefix.length) / 2) return "; remove it";
  return `; did you mean ${best}?`;
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return start + end;
}
