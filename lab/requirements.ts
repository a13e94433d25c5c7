import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { LabError } from "./errors.ts";

/** The programs that the lab starts, and the Debian package that brings each. */
const PROGRAMS: Readonly<Record<string, string>> = {
  ip: "iproute2",
  iptables: "iptables",
  nsenter: "util-linux",
  unshare: "util-linux",
  setpriv: "util-linux",
  flock: "util-linux",
  busybox: "busybox-static",
};
const SYSTEM_ENGINE: Readonly<Record<string, string>> = { dockerd: "docker.io", docker: "docker.io" };
const SUITE_ENGINE: Readonly<Record<string, string>> = { debootstrap: "debootstrap" };

/** Fails, naming all that is missing, unless this machine can hold a lab (of that engine, when one is to start). */
export function assertMachine(engine?: string): void {
  const faults = [...machineFaults(), ...(engine === undefined ? [] : programFaults(engine))];
  if (faults.length > 0) throw new LabError(`this machine cannot hold a lab:\n  ${faults.join("\n  ")}`);
}

function machineFaults(): readonly string[] {
  if (process.platform !== "linux") return [`a real swarm needs Linux; this is ${process.platform}`];
  if (process.getuid?.() !== 0) return ["a real swarm needs root (network namespaces, cgroups, dockerd)"];
  return [];
}

function programFaults(engine: string): readonly string[] {
  if (process.platform !== "linux") return [];
  const needed = { ...PROGRAMS, ...(engine === "system" ? SYSTEM_ENGINE : SUITE_ENGINE) };
  const missing = Object.entries(needed).filter(([program]) => findProgram(program) === undefined);
  if (missing.length === 0) return [];
  const packages = [...new Set(missing.map(([, name]) => name))].join(" ");
  return [`missing: ${missing.map(([program]) => program).join(", ")}. Mend: apt-get install ${packages}`];
}

/** Where a program stands, looked for in PATH and in the administrator's folders. */
export function findProgram(program: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
