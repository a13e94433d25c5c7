import { TARGET_FILTERS } from "./filters/target-filters.ts";
import { TASK_FILTERS } from "./filters/task-filters.ts";

/** Refusals that no filter of the lists makes: the search found no gain, the swarm changed since the plan was made. */
const OTHER_REFUSERS = ["no-gain", "changed"];

/** Every name that a refusal's `filter` may have. */
export const REFUSERS: readonly string[] = [
  ...TASK_FILTERS.map(({ name }) => name),
  ...TARGET_FILTERS.map(({ name }) => name),
  ...OTHER_REFUSERS,
];
