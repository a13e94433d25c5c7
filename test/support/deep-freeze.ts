/**
 * Freezes plain data and what stands in maps, through and through, so that a write to it throws. Not the numbers of typed
 * arrays: the language does not let them be frozen.
 */
export function deepFreeze<Data>(data: Data): Data {
  if (typeof data === "object" && data !== null && !ArrayBuffer.isView(data) && !Object.isFrozen(data)) {
    Object.freeze(data);
    const parts: Iterable<unknown> = data instanceof Map ? data.values() : Object.values(data);
    for (const part of parts) deepFreeze(part);
  }
  return data;
}
