import { family, gauge, single } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import { parseOsRelease } from "../sources/os_release.ts";
import type { Collector } from "./contract.ts";

const PROPERTIES = [
  "build_id",
  "id",
  "id_like",
  "image_id",
  "image_version",
  "name",
  "pretty_name",
  "variant",
  "variant_id",
  "version",
  "version_codename",
  "version_id",
] as const;
const INFO = gauge("node_os_info", `A metric with a constant '1' value labeled by ${PROPERTIES.join(", ")}.`);
const VERSION = gauge("node_os_version", "Metric containing the major.minor part of the OS version.");

/** The host's distribution and its version. */
export const os: Collector<string> = {
  describes: "either",
  read: ({ rootfs }) => rootfs.read("etc/os-release") ?? rootfs.read("usr/lib/os-release"),
  parse(text) {
    const told = parseOsRelease(text);
    const of = (property: string): string => told.get(property.toUpperCase()) ?? "";
    const labels = Object.fromEntries(PROPERTIES.map((property) => [property, of(property)]));
    // A rolling distribution has no version.
    const version = parseNumber(/^\d+\.?\d*/.exec(of("version_id"))?.[0]);
    const identity = { id: of("id"), id_like: of("id_like"), name: of("name") };
    return [
      family(INFO, [{ labels, value: 1 }]),
      version === null ? single(VERSION, null) : family(VERSION, [{ labels: identity, value: version }]),
    ];
  },
};
