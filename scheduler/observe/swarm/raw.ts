import * as z from "zod";
import { MOVE_ACTS, PROGRESS_LABEL } from "../../domain/order.ts";
import { MOVE_ORDERS } from "../../domain/service.ts";
import { jsonBy, MOVES_PROGRESS } from "../../order-progress.ts";

// What this scheduler reads of the Docker API's objects. Loose: engines of many versions answer, each with more.

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
const platform = z.object({ OS: z.string().default(""), Architecture: z.string().default("") });
const quantity = z.number().min(0).default(0);
const moment = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), "is no time; Swarm writes them as RFC 3339");
/** Also a part of paths, and a key beside those that every object has. */
const id = z
  .string()
  .regex(/^[\w.-]+$/)
  .refine((text) => !(text in {}) && !/^\.+$/.test(text), "is no id of Swarm's");
const reference = z.union([z.literal(""), id]).default("");

export const RAW_NODE = z.object({
  ID: id,
  UpdatedAt: moment,
  Spec: z.object({
    Role: z.enum(["manager", "worker"]),
    Availability: z.enum(["active", "pause", "drain"]),
    Labels: labels,
  }),
  Description: z.object({
    Hostname: z.string().default(""),
    Platform: platform.default({ OS: "", Architecture: "" }),
    Resources: z.object({ NanoCPUs: quantity, MemoryBytes: quantity }),
    Engine: z.object({ Labels: labels }).prefault({}),
  }),
  Status: z.object({
    State: z.enum(["ready", "down", "unknown", "disconnected"]),
    Addr: z.string().default(""),
  }),
  ManagerStatus: z.object({ Leader: z.boolean().default(false) }).nullish(),
});

const RAW_RESERVATIONS = z.object({
  NanoCPUs: quantity,
  MemoryBytes: quantity,
  GenericResources: list(z.unknown()),
});

const RAW_TASK_TEMPLATE = z.object({
  ContainerSpec: z
    .object({
      Image: z.string().default(""),
      Mounts: list(
        z.object({
          Type: z.string().default("bind"),
          Target: z.string().default(""),
          ReadOnly: z.boolean().default(false),
          VolumeOptions: z
            .object({
              DriverConfig: z.object({ Options: z.record(z.string(), z.string()).nullish() }).nullish(),
            })
            .nullish(),
        }),
      ),
    })
    .prefault({}),
  Resources: z.object({ Reservations: RAW_RESERVATIONS.prefault({}) }).prefault({}),
  Placement: z
    .object({
      Constraints: list(z.string()),
      Preferences: list(z.object({ Spread: z.object({ SpreadDescriptor: z.string() }).nullish() })),
      MaxReplicas: quantity,
      Platforms: list(platform),
    })
    .prefault({}),
});

export const RAW_SERVICE = z.object({
  ID: id,
  UpdatedAt: moment,
  Spec: z.object({
    Name: z.string(),
    Labels: labels,
    TaskTemplate: RAW_TASK_TEMPLATE,
    Mode: z.object({
      Replicated: z.object({ Replicas: z.number().default(1) }).nullish(),
      Global: z.unknown().optional(),
      ReplicatedJob: z.unknown().optional(),
      GlobalJob: z.unknown().optional(),
    }),
    EndpointSpec: z
      .object({
        Ports: list(
          z.object({
            Protocol: z.string().default("tcp"),
            PublishedPort: quantity,
            PublishMode: z.string().default("ingress"),
          }),
        ),
      })
      .prefault({}),
  }),
  UpdateStatus: z.object({ State: z.string().default("") }).nullish(),
});

export const RAW_TASK = z.object({
  ID: id,
  ServiceID: reference,
  Slot: quantity,
  NodeID: reference,
  DesiredState: z.string(),
  Status: z.object({ State: z.string(), Timestamp: moment, Err: z.string().default("") }),
});

export const RAW_INFO = z.object({
  Swarm: z.object({ NodeID: z.string().default(""), ControlAvailable: z.boolean().default(false) }),
});

const GIVEN = { reason: z.string(), at: z.iso.datetime() };

/** What a config object of ours holds; a later version of Ballast may write more. */
const ORDER = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("pause"),
    service: z.string().nullable(),
    until: z.iso.datetime().nullable(),
    ...GIVEN,
  }),
  z.object({ kind: z.literal("reset"), until: z.iso.datetime(), ...GIVEN }),
  z.object({ kind: z.literal("drain"), node: z.string(), force: z.boolean(), ...GIVEN }),
  z.object({
    kind: z.literal("moves"),
    operation: z.string(),
    act: z.enum(MOVE_ACTS),
    by: z.string(),
    decision: z.string().nullable(),
    moves: z.array(
      z.object({
        serviceId: id,
        service: z.string(),
        taskId: id,
        slot: quantity,
        from: id,
        to: id,
        fromName: z.string(),
        toName: z.string(),
        load: z.object({ cpuCores: quantity, memoryBytes: quantity }),
        order: z.enum(MOVE_ORDERS),
        reason: z.string(),
        batch: quantity,
      }),
    ),
    until: z.iso.datetime(),
    ...GIVEN,
  }),
  z.object({ kind: z.literal("request"), by: z.string(), until: z.iso.datetime(), ...GIVEN }),
]);

export const RAW_CONFIG = z.object({
  ID: id,
  Spec: z.object({
    Name: z.string(),
    Labels: z
      .object({ [PROGRESS_LABEL]: MOVES_PROGRESS.optional() })
      .nullish()
      .transform((labels) => labels?.[PROGRESS_LABEL] ?? null),
    Data: jsonBy((text) => Buffer.from(text, "base64").toString("utf8")).pipe(ORDER),
  }),
});

export type RawConfig = z.output<typeof RAW_CONFIG>;
export type RawNode = z.output<typeof RAW_NODE>;
export type RawService = z.output<typeof RAW_SERVICE>;
export type RawTask = z.output<typeof RAW_TASK>;
