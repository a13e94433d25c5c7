import { SWARM_LABEL } from "../../common/metrics/names.ts";
import type { Queries } from "../../scheduler/observe/prometheus/queries.ts";

/** A JSON document, to be spoilt. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

/** What a manager and Prometheus answer, before anything is spoilt. */
export interface Documents {
  readonly docker: {
    readonly info: JsonObject;
    readonly nodes: JsonObject[];
    readonly services: JsonObject[];
    readonly tasks: JsonObject[];
    readonly configs: JsonObject[];
  };
  readonly prometheus: Readonly<Record<keyof Queries, JsonObject[]>>;
}

/** As long as Swarm's own ids are. */
export function idOf(name: string): string {
  return name.padEnd(25, "0");
}

export const WINDOW_SECONDS = 300;
const STEPS = 20;
const GIB = 2 ** 30;
const HOUR_MS = 3_600_000;

export const HOT = idOf("hot");
export const COOL = idOf("cool");
/** Drained by its owner and away: nothing of it is asked for. */
const AWAY = idOf("away");

interface Copy {
  readonly service: string;
  readonly on: string;
  readonly cpu: number;
}

/** 3.7 of 4 cores of the hot node are in use, 0.4 of the cool one. */
const COPIES: readonly Copy[] = [
  { service: "web", on: HOT, cpu: 1.3 },
  { service: "api", on: HOT, cpu: 1.1 },
  { service: "store", on: HOT, cpu: 0.9 },
  { service: "twin", on: HOT, cpu: 0.1 },
  { service: "twin", on: COOL, cpu: 0.1 },
];
const SERVICES = ["web", "api", "store", "twin"];
const BESIDE_CPU = 0.3;

/** A swarm in which one of `web` and `api` is bound to be moved from the hot node to the cool one. */
export function soundDocuments(nowMs: number): Documents {
  const long = new Date(nowMs - 24 * HOUR_MS).toISOString();
  return {
    docker: {
      info: { ID: "engine", Name: "hot", Swarm: { NodeID: HOT, ControlAvailable: true } },
      nodes: [
        nodeDocument(HOT, long, { Leader: true }),
        nodeDocument(COOL, long, null),
        { ...nodeDocument(AWAY, long, null), Status: { State: "down" } },
      ],
      services: SERVICES.map((name) => serviceDocument(name, long)),
      tasks: COPIES.map((copy, index) => taskDocument(copy, index, long)),
      configs: [
        configDocument("pause", { kind: "pause", service: idOf("store"), until: null, reason: "", at: long }),
      ],
    },
    prometheus: measured(nowMs),
  };
}

function nodeDocument(id: string, at: string, managerStatus: Json): JsonObject {
  const isAway = id === AWAY;
  return {
    ID: id,
    Version: { Index: 10 },
    CreatedAt: at,
    UpdatedAt: at,
    Spec: {
      Role: managerStatus === null ? "worker" : "manager",
      Availability: isAway ? "drain" : "active",
      Labels: { disk: "ssd" },
    },
    Description: {
      Hostname: id.replace(/0+$/, ""),
      Platform: { Architecture: "x86_64", OS: "linux" },
      Resources: { NanoCPUs: 4e9, MemoryBytes: 8 * GIB },
      Engine: { EngineVersion: "28.0.0", Labels: { rack: "b2" } },
    },
    Status: { State: "ready", Addr: "10.0.0.1" },
    ManagerStatus: managerStatus,
  };
}

function serviceDocument(name: string, at: string): JsonObject {
  const copies = COPIES.filter(({ service }) => service === name).length;
  return {
    ID: idOf(name),
    Version: { Index: 20 },
    CreatedAt: at,
    UpdatedAt: at,
    Spec: {
      Name: name,
      Labels: { "com.docker.stack.namespace": "shop", "ballast.move": "start-first" },
      TaskTemplate: {
        ContainerSpec: {
          Image: `shop/${name}:1`,
          Env: ["A=1"],
          StopGracePeriod: 10_000_000_000,
          Mounts: name === "store" ? [{ Type: "volume", Source: "data", Target: "/data" }] : [],
        },
        Resources: { Limits: {}, Reservations: { NanoCPUs: 1e8, MemoryBytes: GIB / 8 } },
        RestartPolicy: { Condition: "any", MaxAttempts: 0 },
        Placement: {
          Constraints: ["node.labels.disk==ssd"],
          MaxReplicas: 2,
          Platforms: [{ Architecture: "amd64", OS: "linux" }],
        },
        ForceUpdate: 0,
        Runtime: "container",
      },
      Mode: { Replicated: { Replicas: copies } },
      UpdateConfig: { Parallelism: 1, FailureAction: "pause", MaxFailureRatio: 0.5, Order: "stop-first" },
      EndpointSpec: { Mode: "vip", Ports: [{ Protocol: "tcp", TargetPort: 80, PublishMode: "ingress" }] },
    },
    UpdateStatus: { State: "completed", Message: "update completed" },
  };
}

function taskDocument({ service, on }: Copy, index: number, at: string): JsonObject {
  return {
    ID: taskId(index),
    Version: { Index: 30 },
    CreatedAt: at,
    ServiceID: idOf(service),
    Slot: COPIES.slice(0, index + 1).filter((copy) => copy.service === service).length,
    NodeID: on,
    DesiredState: "running",
    Status: { Timestamp: at, State: "running", Message: "started" },
  };
}

function taskId(index: number): string {
  return idOf(`task${index + 1}`);
}

function configDocument(name: string, order: JsonObject): JsonObject {
  return {
    ID: idOf(name),
    Version: { Index: 40 },
    Spec: {
      Name: `ballast.${name}`,
      Labels: { "ballast.order": name },
      Data: Buffer.from(JSON.stringify(order)).toString("base64"),
    },
  };
}

function measured(nowMs: number): Documents["prometheus"] {
  const nodes = [HOT, COOL];
  const ofNodes = (value: (node: string) => number, labels: (node: string) => JsonObject = () => ({})) =>
    nodes.map((node) => sample(nowMs, value(node), { instance: `${node}:9880`, ...labels(node) }));
  const ofTasks = (value: (copy: Copy) => number) =>
    COPIES.map((copy, index) =>
      sample(nowMs, value(copy), { instance: `${copy.on}:9880`, [SWARM_LABEL.taskId]: taskId(index) }),
    );
  const used = (node: string) =>
    COPIES.filter(({ on }) => on === node).reduce((sum, { cpu }) => sum + cpu, BESIDE_CPU);
  return {
    sampledAt: ofNodes(
      () => nowMs / 1000 - 5,
      (node) => ({ node_id: node }),
    ),
    freshSteps: ofNodes(() => STEPS),
    cpuCapacity: ofNodes(() => 4),
    memoryCapacity: ofNodes(() => 8 * GIB),
    cpuUsed: ofNodes(used),
    memoryAvailable: ofNodes(() => 6 * GIB),
    cpuRemainder: ofNodes(() => BESIDE_CPU),
    memoryRemainder: ofNodes((node) => 2 * GIB - (COPIES.filter(({ on }) => on === node).length * GIB) / 8),
    taskCpu: ofTasks(({ cpu }) => cpu),
    taskMemory: ofTasks(() => GIB / 8),
  };
}

function sample(nowMs: number, value: number, metric: JsonObject): JsonObject {
  return { metric, value: [nowMs / 1000, String(value)] };
}
