import { createHash } from "node:crypto";
import { join } from "node:path";
import type { LabOptions, LabRef } from "./options.ts";

/**
 * Every name that a lab gives to something on the machine is made here, from the lab's own name, so that labs
 * stand side by side and `down` can find what belongs to one even when its state file is gone.
 */
export interface LabNode {
  /** The node's hostname: `node1`, `node2`, … in every lab. */
  readonly name: string;
  readonly address: string;
  /** The daemon's unix socket, reachable from the root namespace. */
  readonly socket: string;
  /** The cgroup under which all containers of the node live. */
  readonly cgroup: string;
  readonly manager: boolean;
}

/** A lab that is up, as its state file records it. */
export interface Lab {
  readonly name: string;
  readonly dir: string;
  readonly subnet: string;
  readonly engine: string;
  /** The root namespace's address on the lab's net. */
  readonly gateway: string;
  readonly nodes: readonly LabNode[];
}

// A dot cannot occur in a lab's name, so no lab's names are the beginning of another's.
const NETNS = "ballast";

export function nodeOf(
  options: Pick<LabOptions, "name" | "dir" | "subnet">,
  index: number,
  manager: boolean,
): LabNode {
  const name = `node${index}`;
  return {
    name,
    address: hostAddress(options.subnet, index),
    socket: join(nodeDir(options, name), "docker.sock"),
    cgroup: `${labCgroup(options.name)}/${name}`,
    manager,
  };
}

export function nodeDir(lab: LabRef, node: string): string {
  return join(lab.dir, node);
}

export function labCgroup(lab: string): string {
  return `/ballast-lab/${lab}`;
}

/** The root namespace's address on the lab's net. */
export function gatewayAddress(subnet: string): string {
  return hostAddress(subnet, 254);
}

export function bridgeNetns(lab: string): string {
  return `${NETNS}.${lab}.bridge`;
}

export function nodeNetns(lab: string, node: string): string {
  return `${NETNS}.${lab}.${node}`;
}

/** Whether a network namespace belongs to this lab. */
export function isLabNetns(lab: string, netns: string): boolean {
  return netns.startsWith(`${NETNS}.${lab}.`);
}

/** The veth in the root namespace: the kernel allows 15 characters, so the lab's name goes in as a hash. */
export function rootLink(lab: string): string {
  return `blab${createHash("sha256").update(lab).digest("hex").slice(0, 8)}`;
}

/** A node's port on the bridge, inside the bridge's own namespace. */
export function bridgePort(node: string): string {
  return `to-${node}`;
}

function hostAddress(subnet: string, host: number): string {
  return subnet.replace(/0\/24$/, String(host));
}
