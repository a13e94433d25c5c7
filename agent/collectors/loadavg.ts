import { HOST } from "../../common/metrics/names.ts";
import { gauge, single, type Family } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import type { Collector } from "./contract.ts";

const LOAD1 = gauge(HOST.load1, "1m load average.");
const LOAD5 = gauge(HOST.load5, "5m load average.");
const LOAD15 = gauge(HOST.load15, "15m load average.");

export const loadavg: Collector<string> = {
  describes: "machine",
  read: ({ procfs }) => procfs.read("loadavg"),
  parse: (text) => loadFamilies(text.split(" ").map(parseNumber)),
};

/** The averages over 1, 5 and 15 minutes; null is one that is not known. */
export function loadFamilies([one, five, fifteen]: readonly (number | null)[]): readonly Family[] {
  return [single(LOAD1, one ?? null), single(LOAD5, five ?? null), single(LOAD15, fifteen ?? null)];
}
