import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * What the kernel says of one container, read by the tests themselves and not by way of the agent's own reader: seconds
 * and bytes.
 */
export interface KernelFigures {
  readonly cpuSeconds: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
  readonly memoryBytes: number;
  readonly workingSetBytes: number;
  readonly memoryLimitBytes: number;
  readonly oomKills: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly threads: number;
  /** Of all its network devices but the loopback. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

const ROOT = "/sys/fs/cgroup";
const IS_V2 = existsSync(join(ROOT, "cgroup.controllers"));

/** Reads a container's control group and its first process' network devices. */
export function kernelFigures(cgroup: string): KernelFigures {
  return { ...(IS_V2 ? figuresV2(cgroup) : figuresV1(cgroup)), ...traffic(firstProcess(cgroup)) };
}

/** The pids, as this machine numbers them, of a control group's own processes. */
export function processesOf(cgroup: string): readonly number[] {
  return fileOf("memory", cgroup, "cgroup.procs").split("\n").filter(Boolean).map(Number);
}

/**
 * The disk that holds a path, as a device file; null where the file system has no such disk. A limit on it makes the
 * kernel count: since Linux 6.11 control groups of version 1 count no disk traffic before the first limit is set.
 */
export function diskBelow(path: string): string | null {
  const { dev } = statSync(path);
  const link = `/sys/dev/block/${dev >> 8}:${dev & 0xff}`;
  if (!existsSync(link)) return null;
  const device = join(dirname(link), readlinkSync(link));
  return `/dev/${basename(existsSync(join(device, "partition")) ? dirname(device) : device)}`;
}

type CgroupFigures = Omit<KernelFigures, "receivedBytes" | "sentBytes">;

function figuresV1(cgroup: string): CgroupFigures {
  const throttling = fileOf("cpu", cgroup, "cpu.stat");
  const usage = Number(fileOf("memory", cgroup, "memory.usage_in_bytes"));
  const disk = fileOf("blkio", cgroup, "blkio.throttle.io_service_bytes_recursive");
  return {
    cpuSeconds: Number(fileOf("cpuacct", cgroup, "cpuacct.usage")) / 1e9,
    throttledPeriods: field(throttling, "nr_throttled"),
    throttledSeconds: field(throttling, "throttled_time") / 1e9,
    memoryBytes: usage,
    workingSetBytes: usage - field(fileOf("memory", cgroup, "memory.stat"), "total_inactive_file"),
    memoryLimitBytes: Number(fileOf("memory", cgroup, "memory.limit_in_bytes")),
    oomKills: field(fileOf("memory", cgroup, "memory.oom_control"), "oom_kill"),
    readBytes: sum(disk, / Read (\d+)/g),
    writtenBytes: sum(disk, / Write (\d+)/g),
    threads: Number(fileOf("pids", cgroup, "pids.current")),
  };
}

function figuresV2(cgroup: string): CgroupFigures {
  const cpu = fileOf("", cgroup, "cpu.stat");
  const usage = Number(fileOf("", cgroup, "memory.current"));
  const disk = fileOf("", cgroup, "io.stat");
  return {
    cpuSeconds: field(cpu, "usage_usec") / 1e6,
    throttledPeriods: field(cpu, "nr_throttled"),
    throttledSeconds: field(cpu, "throttled_usec") / 1e6,
    memoryBytes: usage,
    workingSetBytes: usage - field(fileOf("", cgroup, "memory.stat"), "inactive_file"),
    memoryLimitBytes: Number(fileOf("", cgroup, "memory.max")),
    oomKills: field(fileOf("", cgroup, "memory.events"), "oom_kill"),
    readBytes: sum(disk, / rbytes=(\d+)/g),
    writtenBytes: sum(disk, / wbytes=(\d+)/g),
    threads: Number(fileOf("", cgroup, "pids.current")),
  };
}

function fileOf(controller: string, cgroup: string, file: string): string {
  return readFileSync(join(ROOT, IS_V2 ? "" : controller, cgroup, file), "utf8");
}

function firstProcess(cgroup: string): number {
  const [pid] = processesOf(cgroup);
  if (pid === undefined) throw new Error(`${cgroup} has no process`);
  return pid;
}

function traffic(pid: number): Pick<KernelFigures, "receivedBytes" | "sentBytes"> {
  const devices = readFileSync(`/proc/${pid}/net/dev`, "utf8").matchAll(/^ *(\S+): *(.*)$/gm);
  const columns = [...devices]
    .filter(([, device]) => device !== "lo")
    .map(([, , text = ""]) => text.split(/ +/).map(Number));
  const total = (column: number) => columns.reduce((so, values) => so + (values[column] ?? 0), 0);
  return { receivedBytes: total(0), sentBytes: total(8) };
}

function field(text: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, "m").exec(text)?.[1]);
}

function sum(text: string, number: RegExp): number {
  return [...text.matchAll(number)].reduce((so, [, digits]) => so + Number(digits), 0);
}
