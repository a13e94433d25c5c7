import * as z from "zod";
import type { PlacedReplica } from "../../decide/place.ts";
import type { Service } from "../../domain/service.ts";
import { BYTES, CORES } from "./placement-common.ts";
import { COMPOSE_SERVICE, serviceOfCompose } from "./placement-compose.ts";
import { SERVICE_SPEC, serviceOfSpec } from "./placement-spec.ts";

/** What one replica of a service is expected to use. */
export const EXPECTED = z
  .strictObject({
    cpuCores: CORES,
    memoryBytes: BYTES,
    others: z.record(z.string(), z.number().min(0).max(Number.MAX_SAFE_INTEGER)).optional(),
  })
  .describe("what one replica uses; others by name, in their own unit");

/** A service that does not exist yet, spelled in one of two ways, and what one replica of it is expected to use. */
export const PLACEMENT_REQUEST = z
  .strictObject({
    service: COMPOSE_SERVICE.optional(),
    spec: SERVICE_SPEC.optional(),
    expected: EXPECTED,
  })
  .refine(
    ({ service, spec }) => (service === undefined) !== (spec === undefined),
    "says no service, or two; send either `service`, as Compose has it, or `spec`, as the Docker API has it",
  )
  .meta({ id: "PlacementRequest" });

/** The service that is asked about. */
export function askedService({ service, spec }: z.output<typeof PLACEMENT_REQUEST>): Service {
  return service === undefined ? serviceOfSpec(spec ?? { Name: "" }) : serviceOfCompose(service);
}

/** Where the replicas of a service had best be started. */
export interface Placement {
  /** ISO 8601: when the loads were measured. */
  readonly at: string;
  /** Empty where none was given. */
  readonly service: string;
  readonly replicas: readonly PlacedReplica[];
}

const SHARES = z
  .object({ cpu: z.number(), memory: z.number() })
  .catchall(z.number())
  .describe("shares of capacity that are not exceeded for as much of the time as counts");

export const PLACEMENT: z.ZodType<Placement> = z
  .strictObject({
    at: z.iso.datetime().describe("when the loads were measured"),
    service: z.string(),
    replicas: z.array(
      z.strictObject({
        replica: z.number().describe("from 1 on; each is placed with those before it in their places"),
        node: z.string().nullable().describe("hostname of the best node; null when all are refused"),
        ranked: z.array(
          z.strictObject({
            id: z.string(),
            hostname: z.string(),
            score: z.number().describe("1 for the best, towards 0 the more it costs beside that"),
            before: SHARES,
            after: SHARES,
            reasons: z.array(z.string()).describe("for people"),
          }),
        ),
        refused: z.array(
          z.strictObject({
            id: z.string(),
            hostname: z.string(),
            refusals: z.array(
              z.strictObject({
                filter: z.string().describe("the rule that refuses"),
                detail: z.string().describe("for people"),
                standing: z.boolean().describe("whether it would refuse whatever else stood there"),
              }),
            ),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "Placement", description: "where each replica had best be started, and why" });
