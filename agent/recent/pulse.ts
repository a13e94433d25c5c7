import { setImmediate } from "node:timers/promises";
import type { Log } from "../../common/log.ts";
import type { Filter } from "../filter.ts";
import { createKeptFiles } from "../sources/kept_files.ts";
import type { Sources } from "../sources/sources.ts";
import { beat } from "./beat.ts";
import { noInactiveMemory, pathsOf, readCgroupTotals } from "./cgroup_totals.ts";
import { createContainers, type Containers } from "./containers.ts";
import { readMachineTotals } from "./machine_totals.ts";
import type { NetworkTotals } from "./network_totals.ts";
import { createSubject, type FollowedContainer, type Subject } from "./subjects.ts";
import type { Totals } from "./totals.ts";

/** The once-a-second look at the node and its containers. */
export interface Pulse {
  readonly node: Subject;
  readonly containers: readonly FollowedContainer[];
  /** Seconds that the last look took, and seconds from the last to the next. */
  readonly took: number;
  readonly interval: number;
  /** Looks once, now. */
  look(): Promise<void>;
  /** Looks until the signal, first at once. */
  start(signal: AbortSignal): void;
  /** Called after each look, until the function that it returns is called. */
  onLook(listener: () => void): () => void;
  /** Has the containers looked for anew at the next look. */
  expectChange(): void;
}

/** What a pulse is made of; `disks` tells which of the machine's disks count. */
export interface PulseParts {
  readonly sources: Sources;
  readonly disks: Filter;
  readonly log: Log;
}

const INTERVAL_SECONDS = 1;
// A look that takes longer than this share of its interval has the interval stretched: on a node with thousands of
// containers the agent must not become the load that it measures.
const BUSY_SHARE_MOST = 0.05;
// Beyond, files are opened anew each time: 400 containers' five files at 4 KiB of kernel memory each.
const KEPT_FILES_MOST = 2048;
// Between so many containers others get their turn: an answer should not wait for thousands.
const SLICE = 128;

export function createPulse({ sources, disks, log }: PulseParts): Pulse {
  const { clock, cgroups, node } = sources;
  const files = createKeptFiles(KEPT_FILES_MOST);
  const nodePaths = cgroups === null || node.cgroup === null ? null : pathsOf(cgroups, node.cgroup);
  const containers = createContainers(sources, files, nodePaths === null ? [] : [nodePaths]);
  const subject = createSubject();
  const inactive = noInactiveMemory();
  const listeners = new Set<() => void>();
  let took = 0;
  let interval = INTERVAL_SECONDS;

  /** A node that is a cgroup shares the machine's network devices with its neighbours: its containers' traffic is its own. */
  function nodeTotals(network: NetworkTotals): Totals {
    return nodePaths === null
      ? readMachineTotals(sources.procfs, disks)
      : {
          ...readCgroupTotals(files, cgroups?.version ?? 2, nodePaths, inactive, clock.monotonic()),
          ...network,
        };
  }

  async function look(): Promise<void> {
    const began = clock.monotonic();
    containers.walk(began);
    const { network, waited } = await lookAtAll(containers, () => clock.monotonic());
    subject.look(clock.monotonic(), nodeTotals(network));
    took = clock.monotonic() - began - waited;
    interval = Math.max(INTERVAL_SECONDS, took / BUSY_SHARE_MOST);
    for (const listener of listeners) listener();
  }

  return {
    node: subject,
    get containers() {
      return containers.all;
    },
    get took() {
      return took;
    },
    get interval() {
      return interval;
    },
    look,
    start(signal) {
      void beat({ look, interval: () => interval, clock, log }, signal);
    },
    onLook(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    expectChange: containers.expectChange,
  };
}

/** Looks at every container; tells their traffic together, and the seconds that others had their turn in. */
async function lookAtAll(
  containers: Containers,
  monotonic: () => number,
): Promise<{ readonly network: NetworkTotals; readonly waited: number }> {
  const network = { receivedBytes: 0, sentBytes: 0 };
  let waited = 0;
  for (const [index, container] of containers.all.entries()) {
    if (index > 0 && index % SLICE === 0) {
      const from = monotonic();
      await setImmediate();
      waited += monotonic() - from;
    }
    const { receivedBytes, sentBytes } = containers.lookAt(container);
    network.receivedBytes += receivedBytes || 0;
    network.sentBytes += sentBytes || 0;
  }
  return { network, waited };
}
