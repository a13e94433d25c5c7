import * as z from "zod";
import { STEER_LABEL } from "../scheduler/domain/steer.ts";
import type { Resources } from "../scheduler/domain/resources.ts";
import type { Loads } from "./loads.ts";
import { STATES, type TaskState } from "./swarm/states.ts";
import { templateOf } from "./swarm/dirty.ts";
import type { Swarm } from "./swarm/swarm.ts";

// What `GET /v1/snapshot` exports, as far as a swarm can be taken up from it.

const RESOURCES = z.object({ cpuCores: z.number(), memoryBytes: z.number() });
const LABELS = z.record(z.string(), z.string());
const PLATFORM = z.object({ os: z.string(), architecture: z.string() });
const NODE = z.object({
  id: z.string(),
  hostname: z.string(),
  address: z.string(),
  role: z.enum(["manager", "worker"]),
  leader: z.boolean(),
  availability: z.enum(["active", "pause", "drain"]),
  state: z.enum(["ready", "down", "unknown", "disconnected"]),
  labels: LABELS,
  engineLabels: LABELS,
  platform: PLATFORM,
  updatedAtMs: z.number(),
  resources: RESOURCES,
});
const SERVICE = z.object({
  id: z.string(),
  name: z.string(),
  mode: z.enum(["replicated", "global", "replicated-job", "global-job"]),
  replicas: z.number().nullable(),
  labels: LABELS,
  image: z.string(),
  constraints: z.array(z.string()),
  spreadOver: z.array(z.string()),
  platforms: z.array(PLATFORM),
  maxReplicasPerNode: z.number(),
  reservations: RESOURCES,
  genericReservations: z.boolean(),
  mounts: z.array(
    z.object({ type: z.string(), target: z.string(), readOnly: z.boolean(), shared: z.boolean() }),
  ),
  hostPorts: z.array(z.object({ port: z.number(), protocol: z.string() })),
  updatedAtMs: z.number(),
});
const TASK = z.object({
  id: z.string(),
  serviceId: z.string(),
  slot: z.number(),
  nodeId: z.string(),
  state: z.string(),
  desired: z.string(),
  stateSinceMs: z.number(),
  error: z.string(),
});
const SERIES = z.object({
  cpuCores: z.array(z.number().nullable()),
  memoryBytes: z.array(z.number().nullable()),
});
const SNAPSHOT = z.object({
  takenAtMs: z.number(),
  nodes: z.array(NODE),
  services: z.array(SERVICE),
  tasks: z.array(TASK),
  nodeUsage: z.record(z.string(), z.object({ capacity: RESOURCES, remainder: RESOURCES })),
  taskUsage: z.record(z.string(), RESOURCES),
  history: z.object({
    stepSeconds: z.number(),
    points: z.number(),
    tasks: z.record(z.string(), SERIES),
    services: z.record(z.string(), SERIES),
    remainders: z.record(z.string(), SERIES),
  }),
});

export type SwarmFile = z.output<typeof SNAPSHOT>;

/** Reads what `GET /v1/snapshot` answered. @throws Error that names what is wrong with it. */
export function readSnapshot(text: string): SwarmFile {
  const parsed = SNAPSHOT.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Error(`it is no snapshot of GET /v1/snapshot: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * Takes a swarm up as a snapshot has it; the swarm's clock is to begin with `takenAtMs`. What the snapshot does not hold
 * is as Swarm has it by default: update and restart policies, and whatever else a spec says.
 */
export function takeUp(swarm: Swarm, { nodes, services, tasks }: SwarmFile): void {
  for (const node of nodes) swarm.join(node);
  for (const service of services) {
    const { id, updatedAtMs } = service;
    const kept = { id, spec: specOf(service), specVersion: 0, previous: null, createdAtMs: updatedAtMs };
    swarm.store.putService({ ...kept, update: null }, updatedAtMs);
  }
  for (const task of tasks) {
    const service = swarm.store.services.get(task.serviceId);
    if (service === undefined) continue;
    const template = templateOf(service.spec);
    const kept = { ...task, template, endpoint: service.spec["EndpointSpec"] ?? null, specVersion: 0 };
    const states = { state: stateOf(task.state), desired: stateOf(task.desired) };
    swarm.adopt({ ...kept, ...states, createdAtMs: task.stateSinceMs });
  }
}

function stateOf(word: string): TaskState {
  return STATES.find((state) => state === word) ?? "new";
}

const NANO = 1e9;

function specOf(service: SwarmFile["services"][number]): Readonly<Record<string, unknown>> {
  const { reservations } = service;
  // A move that was under way is forgotten: its constraints cannot be told from the owner's.
  const Labels = Object.fromEntries(
    Object.entries(service.labels).filter(([label]) => label !== STEER_LABEL),
  );
  return {
    Name: service.name,
    Labels,
    TaskTemplate: {
      ContainerSpec: {
        Image: service.image,
        Mounts: service.mounts.map(({ type, target, readOnly, shared }) => ({
          Type: shared ? "cluster" : type,
          Target: target,
          ReadOnly: readOnly,
        })),
      },
      Resources: {
        Reservations: {
          NanoCPUs: Math.round(reservations.cpuCores * NANO),
          MemoryBytes: reservations.memoryBytes,
          ...(service.genericReservations ? { GenericResources: [{}] } : {}),
        },
      },
      Placement: {
        Constraints: service.constraints,
        Preferences: service.spreadOver.map((label) => ({ Spread: { SpreadDescriptor: label } })),
        MaxReplicas: service.maxReplicasPerNode,
        Platforms: service.platforms.map(({ os, architecture }) => ({ OS: os, Architecture: architecture })),
      },
    },
    Mode: modeOf(service),
    EndpointSpec: {
      Ports: service.hostPorts.map(({ port, protocol }) => ({
        PublishMode: "host",
        PublishedPort: port,
        Protocol: protocol,
      })),
    },
  };
}

function modeOf({ mode, replicas }: SwarmFile["services"][number]): Readonly<Record<string, unknown>> {
  switch (mode) {
    case "replicated":
      return { Replicated: { Replicas: replicas ?? 1 } };
    case "global":
      return { Global: {} };
    case "replicated-job":
      return { ReplicatedJob: {} };
    case "global-job":
      return { GlobalJob: {} };
  }
}

type FileSeries = z.output<typeof SERIES>;

/** The loads of a snapshot: its day again and again where it has a history, else what was used then, for ever. */
export function loadsOf(file: SwarmFile): Loads {
  const { history, takenAtMs, taskUsage, nodeUsage } = file;
  const { stepSeconds, points } = history;
  const firstOfSlot = new Map(
    file.tasks
      .filter(({ state }) => state === "running")
      .map(({ id, serviceId, slot, nodeId }) => [`${serviceId}/${slot === 0 ? nodeId : slot}`, id]),
  );
  const at = (series: FileSeries | undefined, atMs: number, otherwise: Resources): Resources => {
    if (series === undefined || points === 0) return otherwise;
    const steps = Math.floor((atMs - takenAtMs) / 1000 / stepSeconds);
    const index = (((points - 1 + steps) % points) + points) % points;
    return {
      cpuCores: series.cpuCores[index] ?? otherwise.cpuCores,
      memoryBytes: series.memoryBytes[index] ?? otherwise.memoryBytes,
    };
  };
  const means = meansOf(file);
  return {
    ofTask({ taskId, serviceId, slot, nodeId }, atMs) {
      // A replica that took another's place does its work.
      const known =
        taskUsage[taskId] === undefined
          ? firstOfSlot.get(`${serviceId}/${slot === 0 ? nodeId : slot}`)
          : taskId;
      const mean = taskUsage[known ?? ""] ?? means.get(serviceId) ?? NOTHING;
      return at(history.tasks[known ?? ""] ?? history.services[serviceId], atMs, mean);
    },
    ofNode: (nodeId, atMs) => at(history.remainders[nodeId], atMs, nodeUsage[nodeId]?.remainder ?? NOTHING),
  };
}

const NOTHING: Resources = { cpuCores: 0, memoryBytes: 0 };

/** What one task of each service used on average: for those that were not measured. */
function meansOf({ tasks, taskUsage }: SwarmFile): ReadonlyMap<string, Resources> {
  const measured = tasks.filter(({ id }) => taskUsage[id] !== undefined);
  return new Map(
    [...Map.groupBy(measured, ({ serviceId }) => serviceId)].map(([id, some]) => {
      const sum = (of: keyof Resources & ("cpuCores" | "memoryBytes")) =>
        some.reduce((total, task) => total + (taskUsage[task.id]?.[of] ?? 0), 0);
      return [id, { cpuCores: sum("cpuCores") / some.length, memoryBytes: sum("memoryBytes") / some.length }];
    }),
  );
}
