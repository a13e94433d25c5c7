import type { CgroupUse } from "./cgroup/figures.ts";
import type { CgroupTree } from "./cgroup/tree.ts";
import { parseUse } from "./cgroup/use.ts";
import type { Files } from "./files.ts";
import { countCpus, memoryField } from "./procfs.ts";

/** What a node can give. */
export interface Capacity {
  /** CPU cores, possibly a fraction. */
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
}

/** Which node this agent speaks for: the machine, or one cgroup of it (a lab's node, Docker-in-Docker, LXC). */
export interface NodeSource {
  /** The cgroup that is the node, or null for the whole machine. */
  readonly cgroup: string | null;
  capacity(procfs: Files): Capacity;
  /** Seconds of CPU that the node's capacity left unused, counted from the agent's start. Only a node-cgroup has it. */
  readonly idle: IdleMeter;
}

/** Counts unused CPU time. */
export interface IdleMeter {
  advance(usedSeconds: number, cpuCores: number, nowSeconds: number): number;
}

/** What the user said about the node. */
export interface NodeOptions extends Capacity {
  readonly cgroup: string | null;
}

/** A node's capacity is what was configured, else its cgroup's limits, else the machine's. */
export function createNode(options: NodeOptions, cgroups: CgroupTree | null): NodeSource {
  return {
    cgroup: options.cgroup,
    idle: createIdleMeter(),
    capacity(procfs) {
      const machine = machineCapacity(procfs);
      if (options.cgroup === null || cgroups === null) return machine;
      const limits = limitsOf(parseUse(cgroups.version, cgroups.read(options.cgroup)));
      return {
        cpuCores: options.cpuCores ?? least(limits.cpuCores, machine.cpuCores),
        memoryBytes: options.memoryBytes ?? least(limits.memoryBytes, machine.memoryBytes),
      };
    },
  };
}

/**
 * Idle time is added step by step rather than computed as capacity × uptime − use: a node that was used beyond its
 * configured capacity for a while would otherwise owe that time and show no idle second until it was paid back.
 */
export function createIdleMeter(): IdleMeter {
  let last: { readonly used: number; readonly now: number } | null = null;
  let idle = 0;
  return {
    advance(used, cpuCores, now) {
      if (last !== null) {
        // A cgroup that was made anew counts from zero.
        const spent = used >= last.used ? used - last.used : used;
        idle += Math.max(0, cpuCores * (now - last.now) - spent);
      }
      last = { used, now };
      return idle;
    },
  };
}

function machineCapacity(procfs: Files): Capacity {
  return {
    cpuCores: countCpus(procfs.read("stat") ?? ""),
    memoryBytes: memoryField(procfs.read("meminfo") ?? "", "MemTotal"),
  };
}

function limitsOf(use: CgroupUse): Capacity {
  return {
    cpuCores: use.cpuQuota === null || use.cpuPeriod === null ? null : use.cpuQuota / use.cpuPeriod,
    memoryBytes: use.memoryLimit === 0 ? null : use.memoryLimit,
  };
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
