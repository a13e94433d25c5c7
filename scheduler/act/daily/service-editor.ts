import type Docker from "dockerode";
import * as z from "zod";
import { answered } from "../../../common/docker-call.ts";
import type {
  ServiceChange,
  ServiceDraft,
  UpdatedService,
  UpdatedTask,
  UpdatePace,
  Written,
} from "../../domain/daily.ts";
import type { Service } from "../../domain/service.ts";
import { STEER_LABEL } from "../../domain/steer.ts";
import { statusOf, type SwarmGateway } from "../gateway.ts";
import { rawServiceOf, readRecord, type RawService, type RawSpec } from "../raw.ts";
import { digestOf } from "../steer-spec.ts";
import { changedService } from "./change.ts";
import { differencesOf } from "./differences.ts";
import { holdsInexactNumber, mappingAt } from "../mapping.ts";
import { outcomeOf } from "./outcome.ts";
import { updatedTasksOf } from "./updated-tasks.ts";

/** Changes one thing of a service's spec. */
export interface ServiceEditor {
  /** The service afresh, and what the change would write; null when it is gone. */
  draft(id: string, change: ServiceChange): Promise<ServiceDraft | null>;
  write(draft: ServiceDraft): Promise<Written>;
  /** The service and its tasks, to tell how far an update is; null when it is gone. */
  look(
    id: string,
  ): Promise<{ readonly service: UpdatedService; readonly tasks: readonly UpdatedTask[] } | null>;
}

/** What the manager tells besides what moves need. */
const MORE = z.object({ PreviousSpec: z.looseObject({}).nullish() });
/** Where an image stands. */
const IMAGE = z.string().min(1);
const NANO = 1e9;

interface Read {
  readonly service: RawService;
  /** Null where there is none to go back to. */
  readonly previous: RawSpec | null;
}

/** The editor at the manager that `docker` speaks to; `gateway` is the one that moves write through. */
export function createServiceEditor(docker: Docker, gateway: Pick<SwarmGateway, "write">): ServiceEditor {
  const read = (id: string): Promise<Read | null> => readService(docker, id);
  return {
    async draft(id, change) {
      const found = await read(id);
      return found === null ? null : draftOf(found, change);
    },
    async write(draft) {
      try {
        // The spec came from the manager and is known by nobody else: it goes back through the same writer as moves do.
        const spec = draft.spec as RawSpec;
        if (draft.change.act === "rollback") await rollBack(docker, draft, spec);
        else if ((await gateway.write(rawOf(draft, spec), spec)) === "conflict")
          return { outcome: "conflict" };
      } catch (error) {
        return outcomeOf(error);
      }
      return writtenBy(draft, await read(draft.id).catch(() => null));
    },
    async look(id) {
      const found = await read(id);
      if (found === null) return null;
      const answer: unknown = await answered(docker, (abortSignal) =>
        docker.listTasks({ abortSignal, filters: { service: [id] } }),
      );
      return { service: updatedOf(found.service), tasks: updatedTasksOf(answer, found.service.spec) };
    },
  };
}

async function readService(docker: Docker, id: string): Promise<Read | null> {
  try {
    const answer: unknown = await answered(docker, (abortSignal) =>
      docker.getService(id).inspect({ abortSignal }),
    );
    const service = rawServiceOf(answer);
    // What is written goes to the service that was told of, so it must be the one that was asked for.
    if (service.id !== id) throw new Error(`the manager told of service ${service.id} instead of ${id}`);
    const isKnown = MORE.parse(answer).PreviousSpec;
    const previous = isKnown ? (answer as { readonly PreviousSpec: RawSpec }).PreviousSpec : null;
    return { service, previous };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

function draftOf({ service, previous }: Read, change: ServiceChange): ServiceDraft {
  const { id, name, version, replicas, labels, updateState, spec } = service;
  const next = changedService(spec, previous, change);
  // The manager takes back what it keeps itself; it wants the spec that is in force besides.
  const sent = change.act === "rollback" ? spec : next;
  const image = IMAGE.safeParse(mappingAt(mappingAt(spec, "TaskTemplate"), "ContainerSpec")["Image"]);
  return {
    change,
    id,
    name,
    version,
    mode: modeOf(spec),
    replicas,
    image: image.success ? image.data : null,
    labels,
    updateState: updateState === "" ? null : updateState,
    steered: Object.hasOwn(labels, STEER_LABEL),
    previous: previousOf(previous),
    exact: !holdsInexactNumber(spec) && !holdsInexactNumber(sent),
    pace: paceOf(spec[change.act === "rollback" ? "RollbackConfig" : "UpdateConfig"]),
    changes: differencesOf(spec, next),
    digest: digestOf(spec),
    nextDigest: digestOf(next),
    spec: sent,
  };
}

function rollBack(docker: Docker, { id, version }: ServiceDraft, spec: RawSpec): Promise<unknown> {
  return answered(docker, () =>
    docker.getService(id).update({ _query: { version, rollback: "previous" }, _body: spec }),
  );
}

/** The service as the gateway wants it named: by its id and its version. */
function rawOf(
  { id, name, version, labels, updateState, replicas }: ServiceDraft,
  spec: RawSpec,
): RawService {
  return { id, name, version, labels, updateState, replicas, spec, updatedAtMs: 0, updateMessage: "" };
}

/** A read right after a write may be older than it: then what was sent tells what was written. */
function writtenBy({ version, nextDigest }: ServiceDraft, after: Read | null): Written {
  const isNew = after !== null && after.service.version > version;
  return isNew
    ? { outcome: "written", version: after.service.version, digest: updatedOf(after.service).digest }
    : { outcome: "written", version, digest: nextDigest };
}

function updatedOf({
  id,
  spec,
  labels,
  replicas,
  version,
  updateState,
  updateMessage,
}: RawService): UpdatedService {
  const record = readRecord(labels[STEER_LABEL] ?? "");
  const digest = record?.specDigest ?? digestOf(spec);
  return {
    id,
    mode: modeOf(spec),
    replicas,
    version,
    digest,
    updateState: updateState === "" ? null : updateState,
    updateMessage,
  };
}

function previousOf(previous: RawSpec | null): ServiceDraft["previous"] {
  if (previous === null) return "none";
  return Object.hasOwn(mappingAt(previous, "Labels"), STEER_LABEL) ? "steered" : "owners";
}

function modeOf(spec: RawSpec): Service["mode"] {
  const mode = mappingAt(spec, "Mode");
  const has = (key: string): boolean => (mode[key] ?? null) !== null;
  if (has("ReplicatedJob")) return "replicated-job";
  if (has("GlobalJob")) return "global-job";
  return has("Global") ? "global" : "replicated";
}

/** Without a configuration Swarm replaces one by one and pauses at a failure; one without a number, all at once. */
const PACE = z.looseObject({
  Order: z.string().default("stop-first"),
  Parallelism: z.number().default(0),
  Delay: z.number().default(0),
  FailureAction: z.string().default("pause"),
  MaxFailureRatio: z.number().default(0),
});

function paceOf(config: unknown): UpdatePace {
  const read = PACE.safeParse(config ?? { Parallelism: 1 });
  const pace = read.success ? read.data : PACE.parse({ Parallelism: 1 });
  return {
    order: pace.Order,
    parallelism: pace.Parallelism,
    delaySeconds: pace.Delay / NANO,
    failureAction: pace.FailureAction,
    maxFailureRatio: pace.MaxFailureRatio,
  };
}
