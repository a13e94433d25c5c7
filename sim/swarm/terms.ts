import * as z from "zod";
import type { RawSpec } from "../../scheduler/act/raw.ts";
import { RAW_SERVICE } from "../../scheduler/observe/swarm/raw.ts";
import { serviceOf } from "../../scheduler/observe/swarm/parse.ts";
import type { Service } from "../../scheduler/domain/service.ts";

/** How the updater goes about an update. */
export interface UpdateTerms {
  /** 0: all at once. */
  readonly parallelism: number;
  readonly delayMs: number;
  readonly monitorMs: number;
  readonly onFailure: "pause" | "continue" | "rollback";
  readonly maxFailureRatio: number;
  readonly isStartFirst: boolean;
}

/** What Swarm reads out of a service's spec, with its defaults (SwarmKit's api/defaults). */
export interface ServiceTerms {
  readonly service: Pick<Service, "name" | "mode" | "replicas">;
  readonly update: UpdateTerms;
  readonly rollback: UpdateTerms;
}

/** What Swarm reads out of a task's template. */
export interface TaskTerms {
  readonly needs: Pick<
    Service,
    "constraints" | "spreadOver" | "platforms" | "maxReplicasPerNode" | "reservations" | "image"
  >;
  readonly restart: {
    readonly condition: "none" | "on-failure" | "any";
    readonly delayMs: number;
    /** 0: no limit. */
    readonly maxAttempts: number;
    readonly windowMs: number;
  };
  readonly hasHealthCheck: boolean;
}

const NANOS_IN_MS = 1e6;
const ms = (otherwise: number) =>
  z
    .number()
    .nullish()
    .transform((nanos) => (nanos == null || nanos === 0 ? otherwise : nanos / NANOS_IN_MS));

const UPDATE = z
  .object({
    Parallelism: z.number().default(0),
    Delay: ms(0),
    Monitor: ms(5000),
    FailureAction: z.string().default(""),
    MaxFailureRatio: z.number().default(0),
    Order: z.string().default("stop-first"),
  })
  .nullish()
  .transform((given): UpdateTerms => {
    const action = given?.FailureAction;
    return {
      parallelism: given == null ? 1 : given.Parallelism,
      delayMs: given?.Delay ?? 0,
      monitorMs: given?.Monitor ?? 5000,
      onFailure: action === "continue" || action === "rollback" ? action : "pause",
      maxFailureRatio: given?.MaxFailureRatio ?? 0,
      isStartFirst: given?.Order === "start-first",
    };
  });
const UPDATES = z.object({ UpdateConfig: UPDATE, RollbackConfig: UPDATE });

const TEMPLATE = z.object({
  RestartPolicy: z
    .object({
      Condition: z.string().default(""),
      Delay: ms(5000),
      MaxAttempts: z.number().default(0),
      Window: ms(0),
    })
    .prefault({}),
  ContainerSpec: z
    .object({ Healthcheck: z.object({ Test: z.array(z.string()).nullish() }).nullish() })
    .prefault({}),
});

/** The terms of a service's spec. */
export const serviceTermsOf = rememberingPerObject((spec: RawSpec): ServiceTerms => {
  const { UpdateConfig, RollbackConfig } = UPDATES.parse(spec);
  return { service: readSpec({ ...spec, TaskTemplate: {} }), update: UpdateConfig, rollback: RollbackConfig };
});

/** The terms of a task's template. */
export const taskTermsOf = rememberingPerObject((template: RawSpec): TaskTerms => {
  const { RestartPolicy, ContainerSpec } = TEMPLATE.parse(template);
  const { Condition } = RestartPolicy;
  const [first] = ContainerSpec.Healthcheck?.Test ?? [];
  return {
    needs: readSpec({ Name: "", Mode: { Replicated: {} }, TaskTemplate: template }),
    restart: {
      condition: Condition === "none" || Condition === "on-failure" ? Condition : "any",
      delayMs: RestartPolicy.Delay,
      maxAttempts: RestartPolicy.MaxAttempts,
      windowMs: RestartPolicy.Window,
    },
    hasHealthCheck: first !== undefined && first !== "NONE",
  };
});

/** The ports that a service takes on the node itself, as text. */
export const hostPortsOf = rememberingPerObject((endpoint: RawSpec): readonly string[] =>
  readSpec({ Name: "", Mode: { Replicated: {} }, TaskTemplate: {}, EndpointSpec: endpoint }).hostPorts.map(
    ({ port, protocol }) => `${port}/${protocol}`,
  ),
);

/** As the scheduler reads it, by the same code. */
function readSpec(spec: RawSpec): Service {
  const raw = { ID: "spec", UpdatedAt: "1970-01-01T00:00:00Z", Spec: spec };
  return serviceOf(RAW_SERVICE.parse(raw));
}

/** Specs are never changed, only replaced: each is read once. */
function rememberingPerObject<Made>(make: (from: RawSpec) => Made): (from: RawSpec) => Made {
  const known = new WeakMap<RawSpec, Made>();
  return (from) => {
    const made = known.get(from) ?? make(from);
    known.set(from, made);
    return made;
  };
}
