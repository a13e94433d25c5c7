import * as z from "zod";

// kube-scheduler's extender protocol, version 1 (k8s.io/kube-scheduler/extender/v1). Loose: a scheduler sends whole pods
// and nodes, of which little is read. Go writes what is not there as null.

const texts = z.record(z.string(), z.string()).nullish();
const requests = z.record(z.string(), z.union([z.string(), z.number()])).nullish();
const resources = z.object({ requests }).nullish();

const CONTAINER = z.object({
  resources,
  /** Of an init container: `Always` makes it one that keeps running beside the others. */
  restartPolicy: z.string().nullish(),
  ports: z.array(z.object({ hostPort: z.number().nullish(), protocol: z.string().nullish() })).nullish(),
});

const POD = z.object({
  metadata: z.object({ name: z.string().nullish(), labels: texts, annotations: texts }).nullish(),
  spec: z
    .object({
      containers: z.array(CONTAINER).nullish(),
      initContainers: z.array(CONTAINER).nullish(),
      nodeSelector: texts,
      overhead: requests,
      resources,
    })
    .nullish(),
});

export type Container = z.output<typeof CONTAINER>;
export type Pod = z.output<typeof POD>;

const NODE_LIST = z.looseObject({
  items: z
    .array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) }))
    .nullish()
    .transform((items) => items ?? []),
});

/** What a scheduler asks: where may, or had best, the pod stand, of nodes that it sends whole or by their names. */
export const EXTENDER_ARGS = z
  .object({
    Pod: POD,
    Nodes: NODE_LIST.nullish(),
    NodeNames: z.array(z.string()).nullish(),
  })
  .refine(
    ({ Nodes, NodeNames }) => (Nodes ?? null) !== null || (NodeNames ?? null) !== null,
    "has neither Nodes nor NodeNames",
  )
  .meta({ id: "ExtenderArgs", description: "k8s.io/kube-scheduler/extender/v1" });

export type ExtenderArgs = z.output<typeof EXTENDER_ARGS>;

const FAILED = z.record(z.string(), z.string());

/** Of the two forms the one that was asked in is filled, the other is null. */
export const EXTENDER_FILTER_RESULT = z
  .strictObject({
    Nodes: z.looseObject({ items: z.array(z.unknown()) }).nullable(),
    NodeNames: z.array(z.string()).nullable(),
    FailedNodes: FAILED.describe("by name, why not; another pod's leaving might help"),
    FailedAndUnresolvableNodes: FAILED.describe("by name, why not, whatever else stands there"),
    Error: z.string().describe("why nothing can be said; empty otherwise"),
  })
  .meta({ id: "ExtenderFilterResult", description: "k8s.io/kube-scheduler/extender/v1" });

export type ExtenderFilterResult = z.output<typeof EXTENDER_FILTER_RESULT>;

export const HOST_PRIORITY_LIST = z
  .array(z.strictObject({ Host: z.string(), Score: z.int().min(0).max(10) }))
  .meta({ id: "HostPriorityList", description: "k8s.io/kube-scheduler/extender/v1" });

export type HostPriorityList = z.output<typeof HOST_PRIORITY_LIST>;

/** The names of the nodes that are asked about, as they were sent. */
export function namesIn({ Nodes, NodeNames }: ExtenderArgs): readonly string[] {
  return NodeNames ?? (Nodes?.items ?? []).map(({ metadata }) => metadata.name);
}
