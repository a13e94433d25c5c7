/** Freezes plain data and what stands in maps, through and through, so that a write to it throws. */
export function deepFreeze<Data>(data: Data): Data {
  if (typeof data === "object" && data !== null && !Object.isFrozen(data)) {
    Object.freeze(data);
    const parts: Iterable<unknown> = data instanceof Map ? data.values() : Object.values(data);
    for (const part of parts) deepFreeze(part);
  }
  return data;
}
