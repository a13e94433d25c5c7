/** What the steering expression depends on. Node ids. */
export interface Layout {
  readonly to: string;
  readonly from: string;
  /** The nodes of all running copies of the service, one entry per copy. */
  readonly copies: readonly string[];
  /** Every node of the swarm. */
  readonly nodes: readonly string[];
}

/**
 * The constraints that leave Swarm no choice but the target: for the only copy, the target itself; for one of several,
 * the exclusion of every node that is neither the target nor home to a copy that stays. The copies that stay still
 * match, so Swarm leaves them alone.
 */
export function steeringConstraints({ to, from, copies, nodes }: Layout): readonly string[] {
  if (copies.length === 1) return [`node.id==${to}`];
  const eligible = new Set([to, ...copies.filter((nodeId) => nodeId !== from)]);
  return nodes.filter((nodeId) => !eligible.has(nodeId)).map((nodeId) => `node.id!=${nodeId}`);
}
