import { LabError } from "./errors.ts";
import type { Lab, LabNode } from "./names.ts";
import { setCable } from "./net/links.ts";
import { daemonOf, dockerOf, startDaemon } from "./node/daemon.ts";
import { answeringManager, swarmNodes, waitForNode } from "./swarm.ts";
import { waitFor } from "./wait.ts";

/** What can be done to a node; the text is the CLI's help. */
export const FAULTS = {
  kill: "SIGKILL its daemon; its containers live on",
  hang: "SIGSTOP its daemon",
  partition: "pull its network cable",
  heal: "undo kill, hang and partition",
  drain: "swarm availability drain",
  restore: "swarm availability active",
} as const;

export type Fault = keyof typeof FAULTS;

/** What a node's update needs of it; its spec goes back as it came. */
interface RawNode {
  readonly Version: { readonly Index: number };
  readonly Spec: object;
}

export function isFault(word: string): word is Fault {
  return Object.hasOwn(FAULTS, word);
}

/** Does something to a node and waits until a manager sees the outcome (about 15 s for a node to count as down). */
export async function fault(lab: Lab, kind: Fault, name: string): Promise<void> {
  const node = memberOf(lab, name);
  switch (kind) {
    case "kill":
      await signal(lab, node, "SIGKILL");
      return seenDown(lab, node);
    case "hang":
      await signal(lab, node, "SIGSTOP");
      return seenDown(lab, node);
    case "partition":
      await setCable(lab.name, node.name, false);
      return seenDown(lab, node);
    case "heal":
      await setCable(lab.name, node.name, true);
      await revive(lab, node);
      await waitForNode(lab, node.name, "ready", ({ state }) => state === "ready");
      // A manager that comes back knows of no other node until each has called in again.
      for (const { name: other } of lab.nodes)
        await waitForNode(lab, other, "known", ({ state }) => state !== "unknown");
      return;
    case "drain":
      return setAvailability(lab, node, "drain");
    case "restore":
      return setAvailability(lab, node, "active");
  }
}

/** The lab's node of that name. */
export function memberOf(lab: Lab, name: string): LabNode {
  const node = lab.nodes.find((candidate) => candidate.name === name);
  if (node !== undefined) return node;
  throw new LabError(
    `lab "${lab.name}" has no node "${name}", but ${lab.nodes.map((n) => n.name).join(", ")}`,
  );
}

async function signal(lab: Lab, node: LabNode, name: "SIGKILL" | "SIGSTOP"): Promise<void> {
  const daemon = daemonOf(lab.name, node.name);
  if (daemon === undefined) throw new LabError(`the daemon of ${node.name} does not run; heal it first`);
  process.kill(daemon.pid, name);
  await waitFor(`the daemon of ${node.name} to take ${name}`, () => {
    const state = daemonOf(lab.name, node.name)?.state;
    return name === "SIGKILL" ? state === undefined : state === "T";
  });
}

async function revive(lab: Lab, node: LabNode): Promise<void> {
  const daemon = daemonOf(lab.name, node.name);
  if (daemon === undefined) return startDaemon(lab, node);
  process.kill(daemon.pid, "SIGCONT");
}

async function seenDown(lab: Lab, node: LabNode): Promise<void> {
  // With its only manager gone a swarm has nobody left who could see that.
  if (lab.nodes.some((other) => other.manager && other !== node))
    return waitForNode(lab, node.name, "down", ({ state }) => state === "down", node.name);
}

async function setAvailability(lab: Lab, node: LabNode, availability: "active" | "drain"): Promise<void> {
  const manager = await answeringManager(lab);
  // Read, change and write as one step that is tried again: the swarm itself may write the node in between.
  await waitFor(`${node.name} to be set to ${availability}`, async () => {
    const id = (await swarmNodes(manager)).find((seen) => seen.hostname === node.name)?.id;
    if (id === undefined) throw new LabError("not in the swarm");
    const handle = dockerOf(manager).getNode(id);
    const { Version, Spec } = (await handle.inspect()) as RawNode;
    await handle.update({ ...Spec, version: Version.Index, Availability: availability });
    return true;
  });
  await waitForNode(lab, node.name, availability, (seen) => seen.availability === availability);
}
