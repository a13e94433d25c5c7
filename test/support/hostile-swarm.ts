import { readRecord } from "../../scheduler/act/raw.ts";
import { STEER_LABEL } from "../../scheduler/domain/steer.ts";
import { idOf, type Documents, type Json, type JsonObject } from "./hostile-world.ts";

/**
 * What a manager makes of a write to a service: the spec is replaced under a new version and, where it is steered, the
 * task at once runs on the target. False when the version that the write names is not the service's own.
 */
export function land(
  { docker }: Documents,
  service: JsonObject,
  version: string | null,
  body: string,
): boolean {
  const index = at(service, "Version", "Index");
  if (JSON.stringify(index) !== version) return false;
  const spec = JSON.parse(body) as JsonObject;
  service["Spec"] = spec;
  service["Version"] = { Index: Number(index) + 1 };
  service["UpdatedAt"] = new Date().toISOString();
  const label = at(spec, "Labels", STEER_LABEL);
  const record = typeof label === "string" ? readRecord(label) : null;
  if (record === null || record.back !== undefined) return true;
  const old = docker.tasks.find(({ ID }) => ID === record.taskId);
  if (old === undefined) return true;
  const now = new Date().toISOString();
  docker.tasks.push({
    ...old,
    ID: idOf(`landed${docker.tasks.length}`),
    NodeID: record.to,
    CreatedAt: now,
    Status: { Timestamp: now, State: "running" },
  });
  old["DesiredState"] = "shutdown";
  old["Status"] = { Timestamp: now, State: "shutdown" };
  return true;
}

/** The value deep inside, or null. */
export function at(document: Json, ...keys: readonly (string | number)[]): Json {
  return keys.reduce<Json>((inner, key) => {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return null;
    return (inner as JsonObject)[key] ?? null;
  }, document);
}
