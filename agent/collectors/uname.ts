import { HOST } from "../../common/metrics/names.ts";
import { family, gauge } from "../metric.ts";
import type { Sources } from "../sources/sources.ts";
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

/** The host's name. In a container the system call answers with the container's; the daemon knows the host's. */
export function nodenameOf({ identity, system }: Pick<Sources, "identity" | "system">): string {
  return identity.node?.name ?? system.hostname;
}

export const uname: Collector<Uname> = {
  describes: "either",
  read(sources) {
    const { sysname, release, version, machine } = sources.system;
    const domainname = sources.procfs.read("sys/kernel/domainname")?.trim() ?? "(none)";
    return { sysname, release, version, machine, nodename: nodenameOf(sources), domainname };
  },
  parse: (raw) => [family(INFO, [{ labels: { ...raw }, value: 1 }])],
};
