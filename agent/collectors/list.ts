import { collectorsOf, type AgentConfig } from "../config.ts";
import { createFilter, type CollectorFilters, type Filter } from "../filter.ts";
import { createSpaceReader } from "../sources/statfs.ts";
import { createContainer } from "./container.ts";
import { createLabelsOf } from "./container_labels.ts";
import { createContainerTasks } from "./container_tasks.ts";
import type { Collector, NamedCollector } from "./contract.ts";
import { createCpu } from "./cpu.ts";
import { createDiskstats } from "./diskstats.ts";
import { createElsewhere } from "./elsewhere.ts";
import { filefd } from "./filefd.ts";
import { createFilesystem } from "./filesystem.ts";
import { createGpu } from "./gpu.ts";
import { createHardware } from "./hardware.ts";
import { createImages } from "./images.ts";
import { askDockerForImages, createImageSource } from "../sources/docker/images.ts";
import { loadavg } from "./loadavg.ts";
import { machine } from "./machine.ts";
import { meminfo } from "./meminfo.ts";
import { meta } from "./meta.ts";
import { COLLECTOR_DEFAULTS, type CollectorName } from "./names.ts";
import { createNetclass } from "./netclass.ts";
import { createNetdev } from "./netdev.ts";
import { netstat } from "./netstat.ts";
import { nodeCgroup } from "./node_cgroup.ts";
import { os } from "./os.ts";
import { pressure } from "./pressure.ts";
import { root } from "./root.ts";
import { sockstat } from "./sockstat.ts";
import { stat } from "./stat.ts";
import { time } from "./time.ts";
import { uname } from "./uname.ts";
import { vmstat } from "./vmstat.ts";

const SPACE_TIMEOUT_SECONDS = 2;

/** The filters that a configuration asks for. */
export function filtersOf({ collector }: AgentConfig): CollectorFilters {
  const of = (
    kind:
      | "filesystem.mountPoints"
      | "filesystem.fsTypes"
      | "diskstats.device"
      | "netdev.device"
      | "container.name",
  ): Filter => createFilter({ include: collector[`${kind}Include`], exclude: collector[`${kind}Exclude`] });
  return {
    mounts: of("filesystem.mountPoints"),
    fsTypes: of("filesystem.fsTypes"),
    disks: of("diskstats.device"),
    netDevices: of("netdev.device"),
    containers: of("container.name"),
  };
}

/** The collectors that a configuration has run, in their order. */
export function createCollectors(
  config: AgentConfig,
  readSpace = createSpaceReader(SPACE_TIMEOUT_SECONDS),
  images = createImageSource(askDockerForImages(config.docker.host)),
): readonly NamedCollector[] {
  const filters = filtersOf(config);
  const all: Readonly<Partial<Record<CollectorName, Collector>>> = {
    cpu: createCpu(),
    meminfo,
    node_cgroup: nodeCgroup,
    elsewhere: createElsewhere(filters),
    loadavg,
    stat,
    vmstat,
    pressure,
    diskstats: createDiskstats(filters),
    filesystem: createFilesystem(filters, readSpace),
    filefd,
    netdev: createNetdev(filters),
    netclass: createNetclass(filters),
    netstat,
    sockstat,
    uname,
    os,
    hardware: createHardware(),
    time,
    machine,
    gpu: createGpu(),
    images: createImages(images),
    root,
    container: createContainer(filters.containers, createLabelsOf(config.collector["container.labels"])),
    container_tasks: createContainerTasks(
      filters.containers,
      createLabelsOf(config.collector["container.labels"]),
    ),
    meta,
  };
  const enabled = collectorsOf(config);
  return (Object.keys(COLLECTOR_DEFAULTS) as CollectorName[]).flatMap((name) => {
    const collector = all[name];
    return collector === undefined || !enabled.has(name) ? [] : [{ ...collector, name }];
  });
}
