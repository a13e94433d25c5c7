import type { Policy } from "./policy.ts";

/** Swarm by itself. */
export const NONE: Policy = {
  name: "nothing",
  about: "Swarm by itself: nobody moves anything",
  start: () => ({ stop: () => Promise.resolve() }),
};
