import type { Node } from "../../domain/node.ts";
import { NO_PROGRESS, type Order } from "../../domain/order.ts";
import type { Service, SteerMark } from "../../domain/service.ts";
import { STEER_LABEL } from "../../domain/steer.ts";
import type { Task } from "../../domain/task.ts";
import type { RawConfig, RawNode, RawService, RawTask } from "./raw.ts";

const NANO = 1e9;

/** A node of the Docker API as ours. */
export function nodeOf(raw: RawNode): Node {
  const { Platform, Resources, Engine, Hostname } = raw.Description;
  return {
    id: raw.ID,
    hostname: Hostname,
    address: raw.Status.Addr,
    role: raw.Spec.Role,
    leader: raw.ManagerStatus?.Leader ?? false,
    availability: raw.Spec.Availability,
    state: raw.Status.State,
    labels: raw.Spec.Labels,
    engineLabels: Engine.Labels,
    platform: { os: Platform.OS, architecture: Platform.Architecture },
    updatedAtMs: Date.parse(raw.UpdatedAt),
    resources: { cpuCores: Resources.NanoCPUs / NANO, memoryBytes: Resources.MemoryBytes },
  };
}

/** A service of the Docker API as ours. */
export function serviceOf(raw: RawService): Service {
  const { Placement, Resources, ContainerSpec } = raw.Spec.TaskTemplate;
  const { Reservations } = Resources;
  return {
    id: raw.ID,
    name: raw.Spec.Name,
    mode: modeOf(raw),
    replicas: raw.Spec.Mode.Replicated?.Replicas ?? null,
    labels: raw.Spec.Labels,
    image: ContainerSpec.Image,
    constraints: Placement.Constraints,
    spreadOver: Placement.Preferences.flatMap((preference) => preference.Spread?.SpreadDescriptor ?? []),
    platforms: Placement.Platforms.map(({ OS, Architecture }) => ({ os: OS, architecture: Architecture })),
    maxReplicasPerNode: Placement.MaxReplicas,
    reservations: { cpuCores: Reservations.NanoCPUs / NANO, memoryBytes: Reservations.MemoryBytes },
    genericReservations: Reservations.GenericResources.length > 0,
    mounts: ContainerSpec.Mounts.map((mount) => ({
      type: mount.Type,
      target: mount.Target,
      readOnly: mount.ReadOnly,
      shared: isShared(mount),
    })),
    hostPorts: raw.Spec.EndpointSpec.Ports.filter(
      (port) => port.PublishMode === "host" && port.PublishedPort > 0,
    ).map(({ PublishedPort, Protocol }) => ({ port: PublishedPort, protocol: Protocol })),
    updateState: raw.UpdateStatus?.State ?? null,
    updatedAtMs: Date.parse(raw.UpdatedAt),
    steer: steerOf(raw.Spec.Labels[STEER_LABEL]),
  };
}

/** A task of the Docker API as ours. */
export function taskOf(raw: RawTask): Task {
  return {
    id: raw.ID,
    serviceId: raw.ServiceID,
    slot: raw.Slot,
    nodeId: raw.NodeID,
    state: raw.Status.State,
    desired: raw.DesiredState,
    stateSinceMs: Date.parse(raw.Status.Timestamp),
    error: raw.Status.Err,
  };
}

/** An order, out of the config object that keeps it. */
export function orderOf({ ID: id, Spec: { Data, Labels } }: RawConfig): Order {
  return Data.kind === "moves" ? { id, ...Data, progress: Labels ?? NO_PROGRESS } : { id, ...Data };
}

/** File systems that a volume of the `local` driver mounts over the network. */
const NETWORK_FILE_SYSTEMS = ["nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "9p"];

/** Of a volume that is named only, nobody knows what it is on another node: it counts as local. */
function isShared({
  Type,
  VolumeOptions,
}: RawService["Spec"]["TaskTemplate"]["ContainerSpec"]["Mounts"][number]): boolean {
  const fileSystem = VolumeOptions?.DriverConfig?.Options?.["type"] ?? "";
  return Type === "cluster" || (Type === "volume" && NETWORK_FILE_SYSTEMS.includes(fileSystem));
}

function modeOf({ Spec: { Mode } }: RawService): Service["mode"] {
  if (Mode.ReplicatedJob !== undefined) return "replicated-job";
  if (Mode.GlobalJob !== undefined) return "global-job";
  return Mode.Global === undefined ? "replicated" : "global";
}

function steerOf(label: string | undefined): SteerMark | null {
  if (label === undefined) return null;
  const field = (name: string) => new RegExp(`"${name}":"([^"]*)"`).exec(label)?.[1];
  return { moveId: field("moveId") ?? "unreadable", deadline: field("deadline") ?? "", record: label };
}
