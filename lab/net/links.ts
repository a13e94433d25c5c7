import { LabError } from "../errors.ts";
import {
  bridgeNetns,
  bridgePort,
  gatewayAddress,
  isLabNetns,
  nodeNetns,
  rootLink,
  type LabNode,
} from "../names.ts";
import type { LabOptions } from "../options.ts";
import { run, tryRun } from "../run.ts";

type Net = Pick<LabOptions, "name" | "subnet">;

const BRIDGE = "bridge";

/**
 * The lab's net: a bridge in a namespace of its own (in the root namespace, a dockerd's FORWARD policy would
 * drop bridged frames), and a veth that gives the root namespace an address on it.
 */
export async function createNet(net: Net): Promise<void> {
  await assertFree(net.subnet);
  const inBridge = ["ip", "-n", bridgeNetns(net.name), "link"];
  const link = rootLink(net.name);
  await run(["ip", "netns", "add", bridgeNetns(net.name)]);
  await run([...inBridge, "add", BRIDGE, "type", "bridge"]);
  await run([...inBridge, "set", BRIDGE, "up"]);
  await run([
    "ip",
    "link",
    "add",
    link,
    "type",
    "veth",
    "peer",
    "name",
    "to-root",
    "netns",
    bridgeNetns(net.name),
  ]);
  await run([...inBridge, "set", "to-root", "master", BRIDGE, "up"]);
  await run(["ip", "addr", "add", `${gatewayAddress(net.subnet)}/24`, "dev", link]);
  await run(["ip", "link", "set", link, "up"]);
}

/** A node's network namespace with one interface on the bridge and no default route. */
export async function createNodeNet(lab: string, node: LabNode): Promise<void> {
  const netns = nodeNetns(lab, node.name);
  const port = bridgePort(node.name);
  await run(["ip", "netns", "add", netns]);
  await run([
    "ip",
    "-n",
    netns,
    "link",
    "add",
    "eth0",
    "type",
    "veth",
    "peer",
    "name",
    port,
    "netns",
    bridgeNetns(lab),
  ]);
  await run(["ip", "-n", bridgeNetns(lab), "link", "set", port, "master", BRIDGE, "up"]);
  await run(["ip", "-n", netns, "addr", "add", `${node.address}/24`, "dev", "eth0"]);
  await run(["ip", "-n", netns, "link", "set", "lo", "up"]);
  await run(["ip", "-n", netns, "link", "set", "eth0", "up"]);
}

/** Plugs a node's cable in or out, at the bridge: the node itself keeps its addresses and routes. */
export async function setCable(lab: string, node: string, plugged: boolean): Promise<void> {
  await run(["ip", "-n", bridgeNetns(lab), "link", "set", bridgePort(node), plugged ? "up" : "down"]);
}

/** The namespaces of a lab, by name. */
export async function labNamespaces(lab: string): Promise<readonly string[]> {
  const listed = await run(["ip", "-json", "netns", "list"]);
  const all = JSON.parse(listed.trim() || "[]") as readonly { readonly name: string }[];
  return all.map(({ name }) => name).filter((name) => isLabNetns(lab, name));
}

/** Takes away the lab's links and namespaces, as many as there are. */
export async function removeNet(lab: string): Promise<void> {
  // First the link: its end in the root namespace would outlive a namespace that somebody still holds open.
  await tryRun(["ip", "link", "del", rootLink(lab)]);
  await Promise.all((await labNamespaces(lab)).map((netns) => run(["ip", "netns", "del", netns])));
}

async function assertFree(subnet: string): Promise<void> {
  const inside = await run(["ip", "-4", "route", "show", "root", subnet]);
  const around = await run(["ip", "-4", "route", "show", "match", subnet]);
  const taken = `${inside}${around}`
    .split("\n")
    .filter((route) => route !== "" && !route.startsWith("default"));
  if (taken.length > 0)
    throw new LabError(
      `the subnet ${subnet} is in use on this machine:\n  ${[...new Set(taken)].join("\n  ")}\n` +
        `Choose another one with --subnet, or end the lab that has it.`,
    );
}
