import { HOST } from "../../common/metrics/names.ts";
import { family, gauge, single, type Point } from "../metric.ts";
import type { Files } from "../sources/files.ts";
import type { Zone } from "../sources/zone.ts";
import type { Collector } from "./contract.ts";

/** The moment of the sample, and what the machine tells time by. */
export interface TimeMatter {
  readonly now: number;
  readonly zone: Zone;
  readonly clocksources: readonly Clocksource[];
}

interface Clocksource {
  readonly device: string;
  readonly available: string;
  readonly current: string;
}

const TIME = gauge(HOST.time, "System time in seconds since epoch (1970).");
const ZONE = gauge("node_time_zone_offset_seconds", "System time zone offset in seconds.");
const AVAILABLE = gauge(
  "node_time_clocksource_available_info",
  "Available clocksources read from '/sys/devices/system/clocksource'.",
);
const CURRENT = gauge(
  "node_time_clocksource_current_info",
  "Current clocksource read from '/sys/devices/system/clocksource'.",
);
const FOLDER = "devices/system/clocksource";

export const time: Collector<TimeMatter> = {
  describes: "either",
  read({ sysfs, clock, system }) {
    const now = clock.now();
    return { now, zone: system.zone(now), clocksources: readClocksources(sysfs) };
  },
  parse: ({ now, zone, clocksources }) => [
    single(TIME, now),
    family(ZONE, [{ labels: { time_zone: zone.name }, value: zone.offsetSeconds }]),
    family(
      AVAILABLE,
      clocksources.flatMap(({ device, available }) => named(device, available)),
    ),
    family(
      CURRENT,
      clocksources.flatMap(({ device, current }) => named(device, current)),
    ),
  ],
};

function readClocksources(sysfs: Files): readonly Clocksource[] {
  return sysfs.entries(FOLDER).flatMap((entry) => {
    const device = /^clocksource(\d+)$/.exec(entry)?.[1];
    if (device === undefined) return [];
    const of = (file: string): string => sysfs.read(`${FOLDER}/${entry}/${file}_clocksource`) ?? "";
    return [{ device, available: of("available"), current: of("current") }];
  });
}

function named(device: string, names: string): readonly Point[] {
  return (names.match(/\S+/g) ?? []).map((clocksource) => ({ labels: { device, clocksource }, value: 1 }));
}
