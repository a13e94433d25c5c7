/**
 * Every collector, in the order of the exposition, and whether it runs unless `--[no-]collector.NAME` says otherwise.
 * Names are node_exporter's where it has the same one.
 */
export const COLLECTOR_DEFAULTS = {
  cpu: true, // How busy the node is: the scheduler's first resource.
  meminfo: true, // How full it is; every field, because dashboards use most of them.
  node_cgroup: true, // The same two where the node is a cgroup: the machine's own would be its neighbours' too.
  elsewhere: true, // The same two where there is no procfs.
  loadavg: true, // Waiting work, for people.
  stat: true, // Processes, interrupts, switches.
  vmstat: true, // Page faults and swapping: memory that is short before it is gone.
  pressure: true, // Time lost to waiting: the kernel's own verdict on overload.
  diskstats: true, // How busy the disks are.
  filesystem: true, // Room on disks: images and volumes need it before a task can start.
  filefd: true, // Open files against their limit.
  netdev: true, // Traffic by device.
  netclass: true, // Devices: up, speed, carrier.
  netstat: true, // The protocols' own counters: retransmissions, resets, drops.
  sockstat: true, // Sockets in use.
  uname: true, // Dashboards choose their node by it.
  os: true, // Distribution and version.
  hardware: true, // What the machine is: told once.
  time: true, // Clock skew and restarts show here.
  machine: true, // Capacity, against which use is a share.
  gpu: true, // NVIDIA GPUs, where there are any.
  images: true, // What could start here though no registry had it.
  root: true, // The node as a whole, in the containers' names.
  container: true, // Who on the node uses what.
  container_tasks: false, // What each container's threads are doing: dear, and zeros in cAdvisor by default.
  meta: true, // Joins this instance with its Swarm node.
} as const satisfies Readonly<Record<string, boolean>>;

export type CollectorName = keyof typeof COLLECTOR_DEFAULTS;
