import type { ContainerEvent } from "../sources/docker/api.ts";

/** Tells events that a daemon repeats after a break from new ones. */
export interface Repeats {
  /** When the last event happened, by the daemon's clock; null before the first. */
  readonly heardAt: number | null;
  /** Whether this event is new. While no repeats are expected every one is, whatever the daemon's clock does. */
  isNew(event: ContainerEvent): boolean;
  /** Repeats of what was heard until now may come, until they are no longer expected. */
  expect(): void;
  expectNoMore(): void;
}

export function createRepeats(): Repeats {
  let heardAt: number | null = null;
  // Several events may bear the same time.
  let heardThen = new Set<string>();
  let expected: { readonly until: number; readonly then: ReadonlySet<string> } | null = null;

  function isRepeated(event: ContainerEvent): boolean {
    if (expected === null) return false;
    return event.at < expected.until || (event.at === expected.until && expected.then.has(keyOf(event)));
  }

  return {
    get heardAt() {
      return heardAt;
    },
    isNew(event) {
      if (isRepeated(event)) return false;
      if (event.at !== heardAt) heardThen = new Set();
      heardThen.add(keyOf(event));
      heardAt = event.at;
      return true;
    },
    expect() {
      expected = heardAt === null ? null : { until: heardAt, then: heardThen };
    },
    expectNoMore() {
      expected = null;
    },
  };
}

function keyOf({ id, action }: ContainerEvent): string {
  return `${id} ${action}`;
}
