import type { Node } from "../domain/node.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Observe } from "../observe/observer.ts";
import { Refused } from "./http/endpoint.ts";
import { named, type Named } from "./reads/named.ts";

/** A node of the swarm as it is now. */
export interface FoundNode {
  readonly node: Node;
  readonly snapshot: Snapshot;
}

/**
 * What is so now.
 * @throws Refused with 503 when the swarm cannot be read: no orders seen would then not be no orders.
 */
export async function knownSwarm(observe: Observe): Promise<Snapshot> {
  const { snapshot } = await observe();
  const doubts = snapshot.inputs.find(({ source }) => source === "swarm")?.doubts ?? [];
  if (doubts.length > 0)
    throw new Refused({ status: 503, title: "The swarm cannot be read", detail: doubts.join("; ") });
  return snapshot;
}

/**
 * The one thing of that id or name.
 * @throws Refused with 404 where there is none, with 409 where there are several.
 */
export function foundIn<Thing extends Named>(things: readonly Thing[], kind: string, wanted: string): Thing {
  const found = named(things, kind, wanted);
  if (found.problem !== null) throw new Refused(found.problem);
  return found.thing;
}

/**
 * The node of that hostname or id.
 * @throws Refused with 404 where there is none, with 409 where there are several.
 */
export function nodeNamed({ nodes }: Snapshot, wanted: string): Node {
  return foundIn(
    nodes.map((node) => ({ ...node, name: node.hostname })),
    "node",
    wanted,
  );
}

/** @throws Refused when the swarm cannot be read or has no one such node. */
export async function nodeIn(observe: Observe, wanted: string): Promise<FoundNode> {
  const snapshot = await knownSwarm(observe);
  return { node: nodeNamed(snapshot, wanted), snapshot };
}
