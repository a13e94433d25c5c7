import { gauge, single, type Family } from "../metric.ts";
import type { Collector } from "./contract.ts";

/** Every field of /proc/meminfo under node_exporter's name: `Active(anon):  12 kB` is `node_memory_Active_anon_bytes`. */
export const meminfo: Collector<string> = {
  describes: "machine",
  read: ({ procfs }) => procfs.read("meminfo"),
  parse: (text) => text.split("\n").flatMap((line) => parseField(line)),
};

function parseField(line: string): readonly Family[] {
  const match = /^(\w+(?:\(\w+\))?):\s+(\d+)( kB)?$/.exec(line.trim());
  const [, key, value, unit] = match ?? [];
  if (key === undefined || value === undefined) return [];
  const field = key.replace(/\((\w+)\)/, "_$1") + (unit === undefined ? "" : "_bytes");
  const bytes = Number(value) * (unit === undefined ? 1 : 1024);
  return [single(gauge(`node_memory_${field}`, `Memory information field ${field}.`), bytes)];
}
