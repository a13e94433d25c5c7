import type { CollectorFilters } from "../filter.ts";
import { counter, family, type Family, type MetricSpec } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import { parseNetDev, type DeviceTraffic } from "../sources/net_dev.ts";
import { readHostNet } from "../sources/procfs.ts";
import type { Collector } from "./contract.ts";

/** What went over a device. */
export interface Traffic extends DeviceTraffic {
  /** Packets that nobody on the machine wanted: only sysfs counts them. */
  readonly unhandled: string | null;
}

// The columns of /proc/net/dev, in order.
const COLUMNS = [
  ...["bytes", "packets", "errs", "drop", "fifo", "frame", "compressed", "multicast"].map(
    (name) => `receive_${name}`,
  ),
  ...["bytes", "packets", "errs", "drop", "fifo", "colls", "carrier", "compressed"].map(
    (name) => `transmit_${name}`,
  ),
];

/** The host's traffic by device. */
export function createNetdev({
  netDevices,
}: Pick<CollectorFilters, "netDevices">): Collector<readonly Traffic[]> {
  return {
    describes: "machine",
    read({ procfs, sysfs }) {
      const text = readHostNet(procfs, "dev");
      if (text === null) return null;
      return parseNetDev(text)
        .filter(({ device }) => netDevices(device))
        .map((traffic) => ({
          ...traffic,
          unhandled: sysfs.read(`class/net/${traffic.device}/statistics/rx_nohandler`),
        }));
    },
    parse: (found) => [
      ...COLUMNS.map((name, column) => ofDevices(name, found, ({ counts }) => counts[column] ?? null)),
      ofDevices("receive_nohandler", found, ({ unhandled }) => parseNumber(unhandled)),
    ],
  };
}

function ofDevices(
  name: string,
  traffic: readonly Traffic[],
  pick: (traffic: Traffic) => number | null,
): Family {
  const points = traffic.flatMap((each) => {
    const value = pick(each);
    return value === null ? [] : [{ labels: { device: each.device }, value }];
  });
  return family(trafficSpec(name), points);
}

/** A count of what went over a device, such as `receive_bytes`. */
export function trafficSpec(name: string): MetricSpec {
  return counter(`node_network_${name}_total`, `Network device statistic ${name}.`);
}
