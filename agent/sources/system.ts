import { hostname, machine, release, type, version } from "node:os";

/** What the kernel tells of itself; it cannot change while a process runs. */
export interface SystemFacts {
  readonly sysname: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  /** In a container the container's own, not the host's. */
  readonly hostname: string;
}

/** Asks the running system. */
export function readSystem(): SystemFacts {
  return {
    sysname: type(),
    release: release(),
    version: version(),
    machine: machine(),
    hostname: hostname(),
  };
}
