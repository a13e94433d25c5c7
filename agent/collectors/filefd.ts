import { gauge, single } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import type { Collector } from "./contract.ts";

const ALLOCATED = gauge("node_filefd_allocated", "File descriptor statistics: allocated.");
const MAXIMUM = gauge("node_filefd_maximum", "File descriptor statistics: maximum.");

/** The machine's open files and how many there may be. */
export const filefd: Collector<string> = {
  describes: "machine",
  read: ({ procfs }) => procfs.read("sys/fs/file-nr"),
  parse(text) {
    // The one in between is what was once allocated and is free: always 0 since Linux 2.6.
    const [allocated, , maximum] = text.trim().split(/\s+/);
    return [single(ALLOCATED, parseNumber(allocated)), single(MAXIMUM, parseNumber(maximum))];
  },
};
