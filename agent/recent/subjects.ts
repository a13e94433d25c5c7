import type { ContainerCgroup } from "../sources/cgroup/walk.ts";
import { readingBetween, type Totals } from "./totals.ts";
import { createRing, type Ring } from "./ring.ts";

/** The node or a container, as it is followed from second to second. */
export interface Subject {
  readonly ring: Ring;
  /** Takes one more look at the totals, at a moment on the monotonic clock. */
  look(at: number, totals: Totals): void;
}

/** A container that is followed. */
export interface FollowedContainer extends Subject, ContainerCgroup {}

export function createSubject(): Subject {
  const ring = createRing();
  let last: { readonly at: number; readonly totals: Totals } | null = null;
  return {
    ring,
    look(at, totals) {
      // The first look gives no rate, and memory alone would be half a reading.
      if (last !== null && at > last.at) ring.push(at, readingBetween(last.totals, totals, at - last.at));
      last = { at, totals };
    },
  };
}
