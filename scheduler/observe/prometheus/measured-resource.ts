/**
 * A resource that the policy adds to CPU and memory, by what is asked of Prometheus. `$window` in a query stands for the
 * time to look back over, such as `300s`.
 */
export interface MeasuredResource {
  readonly name: string;
  /** What a node has: one sample a node, by `node_id` (Swarm's) or by the `instance` of the agent there. */
  readonly capacity: string;
  /** What is used on a node, whoever uses it, in the same unit and by the same labels. */
  readonly used: string;
  /** What a task uses: one sample a task, by the label that the agent gives containers of tasks. */
  readonly task: string;
}

/** A query that looks back over so many seconds. */
export function within(query: string, seconds: number): string {
  return query.replaceAll("$window", `${Math.ceil(seconds)}s`);
}
