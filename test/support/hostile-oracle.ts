import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { readRecord } from "../../scheduler/act/raw.ts";
import { STEER_LABEL } from "../../scheduler/domain/steer.ts";
import { at } from "./hostile-swarm.ts";
import type { SeenWrite } from "./hostile-servers.ts";
import type { Json, JsonObject } from "./hostile-world.ts";

// What the Engine API documents of a service that may be moved, written down apart from the product's own readers.

const natural = z.int().min(0);
const when = z.string().refine((text) => !Number.isNaN(Date.parse(text)));
const texts = z.array(z.string()).nullish();

const SOUND_SERVICE = z.object({
  ID: z.string().regex(/^[a-z0-9]{25}$/),
  Version: z.object({ Index: natural }),
  UpdatedAt: when,
  Spec: z.object({
    Name: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    TaskTemplate: z.object({
      ContainerSpec: z.object({ Mounts: z.array(z.unknown()).max(0).nullish() }).optional(),
      Resources: z
        .object({
          Reservations: z
            .object({ NanoCPUs: z.number().min(0).optional(), MemoryBytes: z.number().min(0).optional() })
            .optional(),
        })
        .optional(),
      Placement: z
        .object({
          Constraints: texts,
          MaxReplicas: natural.optional(),
          Platforms: z.array(z.object({ OS: z.string().optional() })).nullish(),
          Preferences: z.array(z.unknown()).nullish(),
        })
        .optional(),
    }),
    Mode: z.object({
      Replicated: z.object({ Replicas: natural.optional() }),
      Global: z.undefined().optional(),
    }),
    EndpointSpec: z.object({ Ports: z.array(z.object({})).nullish() }).optional(),
  }),
  UpdateStatus: z.object({ State: z.enum(["", "completed"]).optional() }).nullish(),
});

/** Whether a manager may have told of this service, and it is one that may be moved. */
export function isSound(service: Json): boolean {
  return SOUND_SERVICE.safeParse(service).success;
}

/**
 * What is wrong with a write to a service that told of itself like this before anything was written; null when all is
 * well. Steering and letting go may change the constraints, one label and the update configuration, nothing else.
 */
export function faultOfWrite(write: SeenWrite, told: readonly JsonObject[]): string | null {
  const id = /^\/services\/([^/]+)\/update$/.exec(write.path)?.[1];
  if (write.method !== "POST" || id === undefined) return `${write.method} ${write.path} is none of ours`;
  const originals = told.filter(({ ID }) => ID === id);
  const [original] = originals;
  if (original === undefined || originals.length > 1) return `${originals.length} services are called ${id}`;
  if (!isSound(original)) return `it writes to ${id}, which no manager tells of like this`;
  const before = JSON.parse(write.before ?? "null") as Json;
  if (write.version !== JSON.stringify(at(before, "Version", "Index"))) return `version ${write.version}`;
  return faultOfSpec(JSON.parse(write.body) as JsonObject, (original["Spec"] ?? null) as JsonObject);
}

function faultOfSpec(spec: JsonObject, owners: JsonObject): string | null {
  if (typeof at(spec, "TaskTemplate", "Placement") !== "object") return "it drops Placement";
  if (!isDeepStrictEqual(untouchable(spec), untouchable(owners))) return "it changes what is not ours";
  const [mine, theirs] = [constraintsOf(spec), constraintsOf(owners)];
  if (!isDeepStrictEqual(mine.slice(0, theirs.length), theirs)) return "it drops a constraint of the owner";
  const label = at(spec, "Labels", STEER_LABEL);
  const isSteered = typeof label === "string" && readRecord(label) !== null;
  if (isSteered) return mine.length > theirs.length ? null : "it steers without a constraint";
  if (mine.length !== theirs.length) return "it lets go without taking its constraints out";
  const configs = [spec["UpdateConfig"] ?? null, owners["UpdateConfig"] ?? null];
  return isDeepStrictEqual(configs[0], configs[1]) ? null : "it does not restore the update configuration";
}

function constraintsOf(spec: JsonObject): readonly Json[] {
  const constraints = at(spec, "TaskTemplate", "Placement", "Constraints");
  return Array.isArray(constraints) ? constraints : [];
}

/** The spec without what steering may change; an empty thing is as good as none. */
function untouchable(spec: JsonObject): JsonObject {
  const template = mappingAt(spec, "TaskTemplate");
  const placement = without(mappingAt(template, "Placement"), "Constraints");
  return {
    ...without(spec, "UpdateConfig"),
    Labels: without(mappingAt(spec, "Labels"), STEER_LABEL),
    TaskTemplate: { ...template, Placement: placement },
  };
}

function mappingAt(mapping: JsonObject, key: string): JsonObject {
  const value = at(mapping, key);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function without(mapping: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(mapping).filter(([name]) => name !== key));
}
