import type { CollectorFilters } from "../filter.ts";
import { counter, family, gauge, type Family, type MetricSpec } from "../metric.ts";
import type { Files } from "../sources/files.ts";
import { parseNumber } from "../sources/keyed.ts";
import type { Collector } from "./contract.ts";

/** A device's folder in sysfs: each file's text without its line end, null where this device has no such property. */
export interface NetDevice {
  readonly device: string;
  readonly properties: Readonly<Record<string, string | null>>;
}

const FOLDER = "class/net";
const UP = gauge("node_network_up", "Value is 1 if operstate is 'up', 0 otherwise.");
const INFO = gauge("node_network_info", "Non-numeric data from /sys/class/net/<iface>, value is always 1.");
const INFO_PROPERTIES = ["address", "broadcast", "duplex", "operstate", "ifalias"] as const;

// Megabits, as ethtool speaks; an unknown speed is -1 there and stays negative, as in node_exporter.
const MEGABIT_BYTES = 125_000;
const NUMBERS: readonly (readonly [file: string, spec: MetricSpec, unit: number])[] = [
  ["addr_assign_type", property(gauge, "address_assign_type"), 1],
  ["carrier", property(gauge, "carrier"), 1],
  ["carrier_changes", property(counter, "carrier_changes_total"), 1],
  ["carrier_up_count", property(counter, "carrier_up_changes_total"), 1],
  ["carrier_down_count", property(counter, "carrier_down_changes_total"), 1],
  ["dev_id", property(gauge, "device_id"), 1],
  ["dormant", property(gauge, "dormant"), 1],
  ["flags", property(gauge, "flags"), 1],
  ["ifindex", property(gauge, "iface_id"), 1],
  ["iflink", property(gauge, "iface_link"), 1],
  ["link_mode", property(gauge, "iface_link_mode"), 1],
  ["mtu", property(gauge, "mtu_bytes"), 1],
  ["name_assign_type", property(gauge, "name_assign_type"), 1],
  ["netdev_group", property(gauge, "net_dev_group"), 1],
  ["speed", property(gauge, "speed_bytes"), MEGABIT_BYTES],
  ["tx_queue_len", property(gauge, "transmit_queue_length"), 1],
  ["type", property(gauge, "protocol_type"), 1],
];
const FILES = [...INFO_PROPERTIES, ...NUMBERS.map(([file]) => file)];

/** The host's network devices: what they are and whether they are up. */
export function createNetclass({
  netDevices,
}: Pick<CollectorFilters, "netDevices">): Collector<readonly NetDevice[]> {
  return {
    describes: "machine",
    read({ sysfs }) {
      const names = sysfs.entries(FOLDER);
      if (names.length === 0) return null;
      return (
        names
          .filter(netDevices)
          .map((device) => readDevice(sysfs, device))
          // `bonding_masters` stands among the devices and is none.
          .filter(({ properties }) => properties["ifindex"] !== null)
      );
    },
    parse: (devices) => [
      family(
        UP,
        devices.map(({ device, properties }) => ({
          labels: { device },
          value: properties["operstate"] === "up" ? 1 : 0,
        })),
      ),
      family(
        INFO,
        devices.map(({ device, properties }) => ({ labels: { device, ...textsOf(properties) }, value: 1 })),
      ),
      ...NUMBERS.map(([file, spec, unit]) => ofNumber(devices, file, spec, unit)),
    ],
  };
}

function readDevice(sysfs: Files, device: string): NetDevice {
  const properties = FILES.map((file) => [file, sysfs.read(`${FOLDER}/${device}/${file}`)?.trim() ?? null]);
  return { device, properties: Object.fromEntries(properties) as NetDevice["properties"] };
}

function textsOf(properties: NetDevice["properties"]): Readonly<Record<string, string>> {
  return Object.fromEntries(INFO_PROPERTIES.map((name) => [name, properties[name] ?? ""]));
}

function ofNumber(devices: readonly NetDevice[], file: string, spec: MetricSpec, unit: number): Family {
  const points = devices.flatMap(({ device, properties }) => {
    const value = parseNumber(properties[file]);
    return value === null ? [] : [{ labels: { device }, value: value * unit }];
  });
  return family(spec, points);
}

function property(kind: typeof gauge, name: string): MetricSpec {
  return kind(`node_network_${name}`, `Network device property: ${name}`);
}
