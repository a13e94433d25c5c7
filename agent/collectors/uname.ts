import { HOST } from "../../common/metrics/names.ts";
import { family, gauge } from "../metric.ts";
import type { Collector } from "./contract.ts";

/** What `uname` tells, each under node_exporter's label. */
export interface Uname {
  readonly sysname: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  readonly nodename: string;
  readonly domainname: string;
}

const INFO = gauge(HOST.uname, "Labeled system information as provided by the uname system call.");

export const uname: Collector<Uname> = {
  name: "uname",
  describes: "either",
  read({ procfs, identity, system }) {
    const { hostname, ...told } = system;
    // In a container the system call answers with the container's name; the daemon knows the host's.
    const nodename = identity.node?.name ?? hostname;
    return { ...told, nodename, domainname: procfs.read("sys/kernel/domainname")?.trim() ?? "(none)" };
  },
  parse: (raw) => [family(INFO, [{ labels: { ...raw }, value: 1 }])],
};
