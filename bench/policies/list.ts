import { BALLAST, BALLAST_NOW, BALLAST_QUANTILES } from "./ballast.ts";
import { DESCHEDULER, DESCHEDULER_DEVIATION } from "./descheduler.ts";
import { DRS } from "./drs.ts";
import { FORCE } from "./force.ts";
import { NONE } from "./none.ts";
import { ORCHA } from "./orcha.ts";
import type { Policy } from "./policy.ts";

/** All that are compared: the references, then Ballast and what it would be with less. */
export const POLICIES: readonly Policy[] = [
  NONE,
  FORCE,
  ORCHA,
  DESCHEDULER,
  DESCHEDULER_DEVIATION,
  DRS,
  BALLAST,
  BALLAST_QUANTILES,
  BALLAST_NOW,
];
