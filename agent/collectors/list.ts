import type { Collector } from "./contract.ts";
import { containers } from "./containers.ts";
import { cpu } from "./cpu.ts";
import { elsewhere } from "./elsewhere.ts";
import { createFilesystem } from "./filesystem.ts";
import { loadavg } from "./loadavg.ts";
import { machine } from "./machine.ts";
import { meminfo } from "./meminfo.ts";
import { meta } from "./meta.ts";
import { nodeCgroup } from "./node_cgroup.ts";
import { root } from "./root.ts";
import { time } from "./time.ts";
import { uname } from "./uname.ts";
import { createSpaceReader } from "../sources/statfs.ts";

const SPACE_TIMEOUT_SECONDS = 2;

/** Every collector, in the order of the exposition. One more is a file, a line here and a test. */
export function createCollectors(readSpace = createSpaceReader(SPACE_TIMEOUT_SECONDS)): readonly Collector[] {
  return [
    cpu, // How busy the node is: the scheduler's first resource.
    meminfo, // How full it is; every field, because dashboards use most of them.
    nodeCgroup, // The same two where the node is a cgroup: the machine's own would be its neighbours' too.
    elsewhere, // The same two where there is no procfs.
    loadavg, // Waiting work, for people.
    createFilesystem(readSpace), // Room on disks: images and volumes need it before a task can start.
    uname, // Dashboards choose their node by it.
    time, // Clock skew and restarts show here.
    machine, // Capacity, against which use is a share.
    root, // The node as a whole, in the containers' names.
    containers, // Who on the node uses what.
    meta, // Joins this instance with its Swarm node.
  ];
}
