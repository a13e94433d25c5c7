import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** What a pod takes and a node has, in this order; the last is a network interface for each pod. */
export const RESOURCES = ["gpu", "cpu", "ram", "disk", "eni"] as const;

/** The task "reschedule" of Alibaba's cloud-native contest of 2020 (Tianchi 231791), in typed arrays. */
export interface Layout {
  readonly nodes: readonly string[];
  readonly pods: readonly string[];
  readonly groups: number;
  /** By pod. */
  readonly home: Int32Array;
  readonly groupOf: Int32Array;
  /** Pods × resources, nodes × resources. */
  readonly takes: Float64Array;
  readonly has: Float64Array;
  /** By node: what it costs while a pod is on it. */
  readonly nodeCost: Float64Array;
  /** By group: how many of its pods may be on one node. */
  readonly limit: Int32Array;
  /** What a move costs, and a pod beside another of its group. */
  readonly movePrice: number;
  readonly stackPrice: number;
}

const amounts = { gpu: z.number(), cpu: z.number(), ram: z.number(), disk: z.number() };
const sourceSchema = z.array(
  z.object({
    node: z.object({
      ...amounts,
      eni: z.number(),
      sn: z.string(),
      nodeModelName: z.string(),
      topologies: z.array(z.unknown()).nullish(),
    }),
    pods: z.array(z.object({ ...amounts, group: z.string(), podSn: z.string().optional() })),
  }),
);
const ruleSchema = z.object({
  defaultMaxInstancePerNode: z.number(),
  nodeResourceWeights: z.array(
    z.object({ resource: z.string(), weight: z.number(), nodeModelName: z.string().nullish() }),
  ),
  replicasMaxInstancePerNodes: z.array(
    z.object({ maxInstancePerNode: z.number(), replicas: z.number(), restrain: z.enum(["le", "ge"]) }),
  ),
  scoreWeight: z.object({ migratePod: z.number(), groupMoreInstancePerNode: z.number() }),
});

export type Source = z.infer<typeof sourceSchema>;
export type Rule = z.infer<typeof ruleSchema>;

/** Reads `reschedule.source` and `rule.source` of a folder. Throws when they are no such files. */
export function readLayout(folder: string): Layout {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  return layoutOf(sourceSchema.parse(read("reschedule.source")), ruleSchema.parse(read("rule.source")));
}

/** Throws for nodes whose single CPUs are handed out: that is another task. */
export function layoutOf(source: Source, rule: Rule): Layout {
  const bound = source.find(({ node }) => (node.topologies ?? []).length > 0);
  if (bound !== undefined) throw new Error(`node ${bound.node.sn} hands out single CPUs: not supported`);
  const pods = source.flatMap(({ node, pods: each }, at) =>
    each.map((pod, place) => ({ ...pod, eni: 1, podSn: pod.podSn ?? `${node.sn}/${place}`, home: at })),
  );
  const groupNames = [...new Set(pods.map(({ group }) => group))];
  const groupAt = new Map(groupNames.map((name, at) => [name, at]));
  const groupOf = Int32Array.from(pods, ({ group }) => groupAt.get(group) ?? 0);
  const replicas = new Int32Array(groupNames.length);
  for (const group of groupOf) replicas[group] = (replicas[group] ?? 0) + 1;
  const costOf = ({ node }: Source[number]): number =>
    rule.nodeResourceWeights
      .filter(({ nodeModelName }) => (nodeModelName ?? "") === "" || nodeModelName === node.nodeModelName)
      .reduce((sum, { resource, weight }) => sum + weight * amountOf(node, resource.toLowerCase()), 0);
  return {
    nodes: source.map(({ node }) => node.sn),
    pods: pods.map(({ podSn }) => podSn),
    groups: groupNames.length,
    home: Int32Array.from(pods, ({ home }) => home),
    groupOf,
    takes: Float64Array.from(pods.flatMap((pod) => RESOURCES.map((resource) => pod[resource]))),
    has: Float64Array.from(source.flatMap(({ node }) => RESOURCES.map((resource) => node[resource]))),
    nodeCost: Float64Array.from(source, costOf),
    limit: replicas.map((count) => limitFor(count, rule)),
    movePrice: rule.scoreWeight.migratePod,
    stackPrice: rule.scoreWeight.groupMoreInstancePerNode,
  };
}

function amountOf(node: Source[number]["node"], resource: string): number {
  const known = RESOURCES.find((each) => each === resource);
  if (known === undefined) throw new Error(`a node has no ${JSON.stringify(resource)}`);
  return node[known];
}

/** The contest's order: a rule for many replicas sets the limit, one for few lowers it. */
function limitFor(
  replicas: number,
  { replicasMaxInstancePerNodes, defaultMaxInstancePerNode }: Rule,
): number {
  let limit: number | null = null;
  for (const { replicas: bound, maxInstancePerNode, restrain } of replicasMaxInstancePerNodes) {
    if (restrain === "ge" && replicas >= bound) limit = maxInstancePerNode;
    else if (restrain === "le" && replicas <= bound)
      limit = Math.min(limit ?? maxInstancePerNode, maxInstancePerNode);
  }
  return limit ?? defaultMaxInstancePerNode;
}
