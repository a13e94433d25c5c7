import { HOST } from "../../common/metrics/names.ts";
import { gauge, single } from "../metric.ts";
import { bootTime } from "../sources/procfs.ts";
import type { Collector } from "./contract.ts";

/** The moment of the sample and the kernel's general account of itself. */
export interface TimeMatter {
  readonly now: number;
  /** /proc/stat, where there is one. */
  readonly stat: string | null;
}

const TIME = gauge(HOST.time, "System time in seconds since epoch (1970).");
const BOOT = gauge(HOST.bootTime, "Node boot time, in unixtime.");

export const time: Collector<TimeMatter> = {
  name: "time",
  describes: "either",
  read: ({ procfs, clock }) => ({ now: clock.now(), stat: procfs.read("stat") }),
  parse: ({ now, stat }) => [single(TIME, now), single(BOOT, stat === null ? null : bootTime(stat))],
};
