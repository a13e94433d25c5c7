import type { Node } from "../domain/node.ts";

/**
 * Why nothing should be moved now: more than `share` of the nodes are not ready. What then looks like an imbalance is
 * Swarm starting again what was lost, and each move is one more start for the nodes that are left. Nodes that their
 * owner drained do not count, whatever their state. Null when there is no such outage.
 */
export function massOutage(nodes: readonly Node[], share: number): string | null {
  const counted = nodes.filter(({ availability }) => availability !== "drain");
  const lost = counted.filter(({ state }) => state !== "ready");
  if (counted.length === 0 || lost.length / counted.length <= share) return null;
  const names = lost
    .map(({ hostname, state }) => `${hostname} (${state})`)
    .toSorted()
    .join(", ");
  const percent = Math.round(share * 100);
  return `${lost.length} of ${counted.length} nodes are not ready, more than ${percent} %: ${names}`;
}
