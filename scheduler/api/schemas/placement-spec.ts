import * as z from "zod";
import { newService } from "../../decide/place-wanted.ts";
import type { Service } from "../../domain/service.ts";
import { BYTES, CONSTRAINT, MOST_CORES, ofNoBearing, REPLICAS } from "./placement-common.ts";

// A Docker ServiceSpec, as `POST /services/create` of the Docker API takes it. What has a bearing on where tasks may stand
// is read; the rest is known by name, so that a slip of the pen is found and not passed over.

const NANO = 1e9;
const labels = z.record(z.string(), z.string()).nullish();

const CONTAINER_SPEC = z.strictObject({
  Image: z.string().optional(),
  ...ofNoBearing(
    ...["Labels", "Command", "Args", "Hostname", "Env", "Dir", "User", "Groups", "Privileges", "TTY"],
    ...["OpenStdin", "ReadOnly", "Mounts", "StopSignal", "StopGracePeriod", "Healthcheck", "HealthCheck"],
    ...["Hosts", "DNSConfig", "Secrets", "Configs", "Isolation", "Sysctls", "Init", "CapabilityAdd"],
    ...["CapabilityDrop", "Ulimits", "OomScoreAdj"],
  ),
});

const RESOURCES = z.strictObject({
  Reservations: z
    .strictObject({
      NanoCPUs: z
        .number()
        .min(0)
        .max(MOST_CORES * NANO)
        .optional(),
      MemoryBytes: BYTES.optional(),
      GenericResources: z.array(z.unknown()).nullish(),
    })
    .nullish(),
  ...ofNoBearing("Limits", "SwapBytes", "MemorySwappiness"),
});

const PLACEMENT = z.strictObject({
  Constraints: z.array(CONSTRAINT).nullish(),
  Preferences: z
    .array(z.strictObject({ Spread: z.strictObject({ SpreadDescriptor: z.string() }) }))
    .nullish(),
  MaxReplicas: REPLICAS.optional(),
  Platforms: z
    .array(z.strictObject({ OS: z.string().default(""), Architecture: z.string().default("") }))
    .nullish(),
});

const PORT = z.strictObject({
  Protocol: z.enum(["tcp", "udp", "sctp"]).default("tcp"),
  PublishedPort: z.int().min(0).max(65_535).default(0),
  PublishMode: z.enum(["ingress", "host"]).default("ingress"),
  ...ofNoBearing("Name", "TargetPort"),
});

/** A service as the Docker API spells it; only a replicated one has replicas that could be placed. */
export const SERVICE_SPEC = z
  .strictObject({
    Name: z.string().default(""),
    Labels: labels,
    TaskTemplate: z
      .strictObject({
        ContainerSpec: CONTAINER_SPEC.optional(),
        Resources: RESOURCES.nullish(),
        Placement: PLACEMENT.nullish(),
        ...ofNoBearing("RestartPolicy", "ForceUpdate", "Runtime", "Networks", "LogDriver"),
      })
      .optional(),
    Mode: z
      .strictObject({ Replicated: z.strictObject({ Replicas: REPLICAS.default(1) }) })
      .optional()
      .describe("replicated only: of global services and jobs Swarm leaves no choice"),
    EndpointSpec: z.strictObject({ Ports: z.array(PORT).nullish(), ...ofNoBearing("Mode") }).nullish(),
    ...ofNoBearing("UpdateConfig", "RollbackConfig", "Networks"),
  })
  .meta({ id: "DockerServiceSpec", description: "as the Docker API takes it to create a service" });

/** The service that the spec would make. */
export function serviceOfSpec(spec: z.output<typeof SERVICE_SPEC>): Service {
  const { ContainerSpec, Resources, Placement } = spec.TaskTemplate ?? {};
  const { NanoCPUs = 0, MemoryBytes = 0, GenericResources } = Resources?.Reservations ?? {};
  return newService({
    name: spec.Name,
    replicas: spec.Mode?.Replicated.Replicas ?? 1,
    labels: spec.Labels ?? {},
    image: ContainerSpec?.Image ?? "",
    constraints: Placement?.Constraints ?? [],
    spreadOver: (Placement?.Preferences ?? []).map(({ Spread }) => Spread.SpreadDescriptor),
    platforms: (Placement?.Platforms ?? []).map(({ OS, Architecture }) => ({
      os: OS,
      architecture: Architecture,
    })),
    maxReplicasPerNode: Placement?.MaxReplicas ?? 0,
    reservations: { cpuCores: NanoCPUs / NANO, memoryBytes: MemoryBytes },
    genericReservations: (GenericResources ?? []).length > 0,
    hostPorts: (spec.EndpointSpec?.Ports ?? [])
      .filter(({ PublishMode, PublishedPort }) => PublishMode === "host" && PublishedPort > 0)
      .map(({ PublishedPort, Protocol }) => ({ port: PublishedPort, protocol: Protocol })),
  });
}
