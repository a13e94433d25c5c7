import { single, untyped } from "../metric.ts";
import { parseKeyed } from "../sources/keyed.ts";
import type { Collector } from "./contract.ts";

// node_exporter's default choice of some 180 fields.
const SHOWN = /^(oom_kill|pgpg|pswp|pg.*fault).*/;

/** Page faults, swapping and kills for want of memory. */
export const vmstat: Collector<string> = {
  describes: "machine",
  read: ({ procfs }) => procfs.read("vmstat"),
  parse: (text) =>
    [...parseKeyed(text)]
      .filter(([field]) => SHOWN.test(field) && /^\w+$/.test(field))
      .map(([field, value]) =>
        single(untyped(`node_vmstat_${field}`, `/proc/vmstat information field ${field}.`), value),
      ),
};
