import { isAbsolute, resolve } from "node:path";
import { LabError } from "./errors.ts";

export interface LabOptions {
  readonly name: string;
  /** The lab's state and every node's data. `down` removes it. */
  readonly dir: string;
  /** A /24; nodes get .1, .2, …, the root namespace gets .254. */
  readonly subnet: string;
  /** `system` (the machine's own dockerd) or a Debian suite. */
  readonly engine: string;
  readonly nodes: number;
  readonly managers: number;
}

/** A lab as `down` and `open` need it. */
export type LabRef = Pick<LabOptions, "name" | "dir">;

const MAX_NODES = 50;
// The kernel's limit for a unix socket's path is 107; the longest that we put below a lab's folder is
// "/nodeNN/docker.sock".
const MAX_DIR = 80;

export function defaultDir(name: string): string {
  return `/var/tmp/ballast-lab/${name}`;
}

/** The lab's options with what was left out filled in. */
export function labOptions(given: Partial<LabOptions> = {}): LabOptions {
  const name = given.name ?? "lab";
  return {
    name,
    dir: resolve(given.dir ?? defaultDir(name)),
    subnet: given.subnet ?? "10.77.0.0/24",
    engine: given.engine ?? "system",
    nodes: given.nodes ?? 4,
    managers: given.managers ?? 1,
  };
}

/** Everything that is wrong with these options, one line each. */
export function optionFaults(options: LabOptions): readonly string[] {
  const faults: string[] = [];
  if (!/^[a-z0-9][a-z0-9-]{0,29}$/.test(options.name))
    faults.push(`--name ${quoted(options.name)}: use 1 to 30 of a-z, 0-9 and "-", not starting with "-"`);
  if (!isAbsolute(options.dir) || /[\s:,\\]/.test(options.dir))
    faults.push(`--dir ${quoted(options.dir)}: use an absolute path without blanks, ":", "," and "\\"`);
  else if (options.dir.length > MAX_DIR)
    faults.push(
      `--dir ${quoted(options.dir)}: use at most ${MAX_DIR} characters (unix sockets stand below it)`,
    );
  else if (options.dir.split("/").filter(Boolean).length < 2)
    faults.push(`--dir ${quoted(options.dir)}: "down" deletes this folder; use one at least two levels deep`);
  if (!isSubnet(options.subnet))
    faults.push(`--subnet ${quoted(options.subnet)}: use an IPv4 /24 such as 10.77.0.0/24`);
  if (!/^[a-z][a-z0-9]*$/.test(options.engine))
    faults.push(`--engine ${quoted(options.engine)}: use "system" or a Debian suite such as trixie`);
  const nodesHold = isCount(options.nodes, MAX_NODES);
  if (!nodesHold) faults.push(`up ${options.nodes}: use a number of nodes from 1 to ${MAX_NODES}`);
  if (!isCount(options.managers, nodesHold ? options.nodes : MAX_NODES))
    faults.push(`--managers ${options.managers}: use a number from 1 to the number of nodes`);
  return faults;
}

/** Throws one error that lists every fault. */
export function assertOptions(options: LabOptions): void {
  const faults = optionFaults(options);
  if (faults.length > 0) throw new LabError(faults.join("\n"));
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

function isSubnet(subnet: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.0\/24$/.exec(subnet);
  return match?.slice(1).every((part) => Number(part) <= 255) ?? false;
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
