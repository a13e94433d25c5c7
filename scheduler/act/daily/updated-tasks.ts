import * as z from "zod";
import type { UpdatedTask } from "../../domain/daily.ts";
import type { RawSpec } from "../raw.ts";
import { digestOf } from "../steer-spec.ts";
import { mappingAt, type Mapping } from "../mapping.ts";

const TASK = z.object({
  ID: z.string(),
  CreatedAt: z.string(),
  DesiredState: z.string(),
  Status: z.object({ State: z.string(), Err: z.string().default("") }),
  Spec: z.looseObject({}).default({}),
});

/** The parts of a task's spec by which Swarm tells that it must be replaced, but for where it may stand: moves leave traces there. */
const TELLING = ["ContainerSpec", "Resources", "RestartPolicy", "LogDriver", "ForceUpdate"];

/** Reads tasks of the Docker API, and whether each was made from the service's present spec. */
export function updatedTasksOf(answer: unknown, service: RawSpec): readonly UpdatedTask[] {
  const wanted = digestOf(tellingOf(mappingAt(service, "TaskTemplate")));
  return z
    .array(TASK)
    .parse(answer)
    .map(({ ID, CreatedAt, DesiredState, Status, Spec }) => ({
      id: ID,
      state: Status.State,
      desired: DesiredState,
      error: Status.Err,
      isCurrent: digestOf(tellingOf(Spec)) === wanted,
      createdAtMs: Date.parse(CreatedAt),
    }));
}

function tellingOf(template: Mapping): RawSpec {
  const parts = TELLING.map((key): [string, unknown] => [key, template[key] ?? null]);
  // Of a counter, none and 0 are the same.
  return Object.fromEntries(parts.map(([key, part]) => [key, part === 0 ? null : part]));
}
