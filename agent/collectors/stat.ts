import { HOST } from "../../common/metrics/names.ts";
import { counter, gauge, single } from "../metric.ts";
import { statField } from "../sources/procfs.ts";
import type { Collector } from "./contract.ts";

export const BOOT_TIME = gauge(HOST.bootTime, "Node boot time, in unixtime.");
const FIELDS = [
  ["intr", counter("node_intr_total", "Total number of interrupts serviced.")],
  ["ctxt", counter("node_context_switches_total", "Total number of context switches.")],
  ["processes", counter("node_forks_total", "Total number of forks.")],
  ["btime", BOOT_TIME],
  ["procs_running", gauge("node_procs_running", "Number of processes in runnable state.")],
  ["procs_blocked", gauge("node_procs_blocked", "Number of processes blocked waiting for I/O to complete.")],
] as const;

/** The kernel's general account of itself. */
export const stat: Collector<string> = {
  describes: "machine",
  read: ({ procfs }) => procfs.read("stat"),
  parse: (text) => FIELDS.map(([field, spec]) => single(spec, statField(text, field))),
};
