import type { CgroupLimits, CgroupUse } from "./figures.ts";
import type { CgroupTexts } from "./tree.ts";
import { parseLimitsV1, parseUseV1 } from "./v1.ts";
import { parseLimitsV2, parseUseV2 } from "./v2.ts";

/** Parses the files of a cgroup's limits. */
export function parseLimits(version: 1 | 2, texts: CgroupTexts): CgroupLimits {
  return version === 1 ? parseLimitsV1(texts) : parseLimitsV2(texts);
}

/** Parses a cgroup's files; its limits may be known already. */
export function parseUse(
  version: 1 | 2,
  texts: CgroupTexts,
  limits: CgroupLimits = parseLimits(version, texts),
): CgroupUse {
  return version === 1 ? parseUseV1(texts, limits) : parseUseV2(texts, limits);
}
