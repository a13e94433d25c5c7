/** Those who read answers without an end: so many at once, and all are let go when the server stops. */
export interface Audience {
  readonly hasRoom: () => boolean;
  /**
   * Takes a reader in until the signal, which must say when it left. The answer's own signal says so too, and also when
   * all are let go.
   */
  admit(left: AbortSignal): AbortSignal;
  /** Lets all go, and takes in nobody any more. */
  close(): void;
}

/** An audience of at most so many. */
export function createAudience(most: number): Audience {
  const readers = new Set<AbortController>();
  let closed = false;
  return {
    hasRoom: () => !closed && readers.size < most,
    admit(left) {
      const reader = new AbortController();
      if (closed || left.aborted) {
        reader.abort();
        return reader.signal;
      }
      readers.add(reader);
      const leave = (): void => {
        readers.delete(reader);
        reader.abort();
      };
      left.addEventListener("abort", leave, { once: true });
      return reader.signal;
    },
    close() {
      closed = true;
      for (const reader of readers) reader.abort();
      readers.clear();
    },
  };
}
