import { setImmediate } from "node:timers/promises";
import type { Filter } from "../filter.ts";
import { createCgroupReader } from "../sources/cgroup/reader.ts";
import type { CgroupTree } from "../sources/cgroup/tree.ts";
import { createDeviceNames } from "../sources/device_names.ts";
import type { Sources } from "../sources/sources.ts";
import { labelDisks, labelTraffic, readTraffic, type Account } from "./container_account.ts";
import type { LabelsOf } from "./container_labels.ts";
import { containerFamilies } from "./container_metrics.ts";
import { namedContainers, type NamedContainer } from "./container_names.ts";
import type { Collector } from "./contract.ts";

// Between so many containers others get their turn: a scrape of thousands must not hold up the process.
const SLICE = 64;

/**
 * The containers whose names pass; those that Docker cannot name always do. Texts are parsed as they are read: those of
 * thousands of containers would be a burden to keep, and their parsing one long halt.
 */
export function createContainer(isShown: Filter, labelsOf: LabelsOf): Collector<readonly Account[]> {
  const accountOf = createAccountReader(labelsOf);
  return {
    describes: "either",
    read(sources) {
      const { cgroups } = sources;
      if (cgroups === null) return null;
      const found = namedContainers(cgroups, sources, isShown);
      if (found instanceof Promise) return found.then((named) => accountOf.all(named, cgroups, sources));
      return accountOf.all(found, cgroups, sources);
    },
    parse: containerFamilies,
  };
}

interface AccountReader {
  all(
    containers: readonly NamedContainer[],
    cgroups: CgroupTree,
    sources: Sources,
  ): readonly Account[] | Promise<readonly Account[]>;
}

/** Reads accounts, and keeps from sample to sample what need not be read each time. */
function createAccountReader(labelsOf: LabelsOf): AccountReader {
  const reader = createCgroupReader();
  const nameOf = createDeviceNames();

  /** None for a container that vanished since it was found: nothing is wrong and nothing is left to tell. */
  function one(
    { cgroup, identity }: NamedContainer,
    cgroups: CgroupTree,
    { procfs, sysfs, clock }: Sources,
  ): readonly Account[] {
    const now = clock.monotonic();
    const use = reader.read(cgroups, cgroup, identity, now);
    if (use === null) return [];
    const account = {
      use,
      labels: labelsOf(cgroup, identity),
      disks: labelDisks(use, (device) => nameOf(sysfs, device, now)),
      traffic: labelTraffic(readTraffic(procfs, identity)),
      startedAt: identity?.startedAt ?? null,
      seenAt: clock.now(),
      health: identity?.health ?? null,
    };
    return [account];
  }

  function finish(containers: readonly NamedContainer[], accounts: readonly Account[]): readonly Account[] {
    reader.keepOnly(new Set(containers.map(({ cgroup }) => cgroup)));
    const failure = reader.takeFailure();
    // One file's failure costs its figure; when nothing at all could be read, somebody should know why.
    if (accounts.length === 0 && failure !== null) throw failure;
    return accounts;
  }

  async function inSlices(
    containers: readonly NamedContainer[],
    cgroups: CgroupTree,
    sources: Sources,
  ): Promise<readonly Account[]> {
    const accounts: Account[] = [];
    for (let from = 0; from < containers.length; from += SLICE) {
      if (from > 0) await setImmediate();
      const slice = containers.slice(from, from + SLICE);
      accounts.push(...slice.flatMap((container) => one(container, cgroups, sources)));
    }
    return finish(containers, accounts);
  }

  return {
    all(containers, cgroups, sources) {
      if (containers.length > SLICE) return inSlices(containers, cgroups, sources);
      return finish(
        containers,
        containers.flatMap((container) => one(container, cgroups, sources)),
      );
    },
  };
}
