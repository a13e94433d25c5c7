import type * as z from "zod";
import { updateIdOf, type ServiceChange } from "../../../domain/daily.ts";
import { permit } from "../../../govern/permit/permit.ts";
import { foundIn, knownSwarm } from "../../found.ts";
import { answers, document, problem } from "../../http/answers.ts";
import { endpoint, json, type Endpoint, type Reply } from "../../http/endpoint.ts";
import { CHANGED_SERVICE, IMAGE, RESTART, ROLLBACK, SCALE } from "../../schemas/daily.ts";
import { ACT_QUERY, SERVICE_PATH } from "../../schemas/parameters.ts";
import { edit } from "./edit.ts";
import type { DailyParts } from "./parts.ts";

interface Wish {
  readonly service: string;
  readonly change: ServiceChange;
  readonly force: boolean;
  readonly reason: string;
  readonly dryRun: boolean;
  readonly caller: string;
}

/** Sets how many replicas a service is to have. */
export function scaleEndpoint(parts: DailyParts): Endpoint {
  return endpoint({
    ...ofService("scale", "Set how many replicas a service is to have", SCALE),
    handle: ({ params, query, body: { replicas, ...body }, caller }) =>
      changeService(parts, {
        ...params,
        ...query,
        ...body,
        caller: caller.name,
        change: { act: "scale", replicas },
      }),
  });
}

/** Has every task of a service replaced by a new one, at its owner's pace. */
export function restartEndpoint(parts: DailyParts): Endpoint {
  return endpoint({
    ...ofService("restart", "Replace every task of a service by a new one, at its owner's pace", RESTART),
    handle: ({ params, query, body, caller }) =>
      changeService(parts, {
        ...params,
        ...query,
        ...body,
        force: false,
        caller: caller.name,
        change: { act: "restart" },
      }),
  });
}

/** Has a service run another image, at its owner's pace. */
export function imageEndpoint(parts: DailyParts): Endpoint {
  return endpoint({
    ...ofService("image", "Have a service run another image, at its owner's pace", IMAGE),
    handle: ({ params, query, body: { image, ...body }, caller }) =>
      changeService(parts, {
        ...params,
        ...query,
        ...body,
        caller: caller.name,
        change: { act: "image", image },
      }),
  });
}

/** Takes a service back to the spec that Swarm remembers from before its last write. */
export function rollbackEndpoint(parts: DailyParts): Endpoint {
  return endpoint({
    ...ofService("rollback", "Take a service back to its spec before the last write", ROLLBACK),
    handle: ({ params, query, body, caller }) =>
      changeService(parts, {
        ...params,
        ...query,
        ...body,
        force: false,
        caller: caller.name,
        change: { act: "rollback" },
      }),
  });
}

function ofService<Body extends z.ZodType>(act: ServiceChange["act"], summary: string, body: Body) {
  return {
    method: "post",
    path: `/v1/services/{service}/${act}`,
    id: `${act}Service`,
    summary,
    role: "operator",
    params: SERVICE_PATH,
    query: ACT_QUERY,
    body,
    answers: answers({
      200: document("what it would change, or that it is so already", CHANGED_SERVICE),
      202: document("it is written, and Swarm carries it out", CHANGED_SERVICE),
      404: problem("there is no such service"),
      409: problem("it cannot be now, somebody else wrote first, or several are called so"),
      502: problem("the manager would not take the write"),
      503: problem("the swarm cannot be read"),
    }),
  } as const;
}

async function changeService({ observe, daily }: DailyParts, wish: Wish): Promise<Reply> {
  const { change, force, reason, dryRun, caller } = wish;
  const snapshot = await knownSwarm(observe);
  const { id, name } = foundIn(snapshot.services, "service", wish.service);
  const { draft, notes, written } = await edit({
    editor: daily.services,
    id,
    change,
    judge: (subject) => permit({ of: "service", act: change, force, subject }, snapshot, daily.rules),
    dryRun,
  });
  const { changes, pace } = draft;
  const update =
    written === null ? null : { serviceId: id, version: written.version, digest: written.digest };
  if (update !== null)
    daily.onDeed({ caller, reason, act: change, subject: id, name, changes, notes, update });
  const operation = update === null ? null : operationOf(updateIdOf(update));
  return json(
    {
      dryRun,
      done: update !== null,
      act: change.act,
      changes,
      notes,
      reason,
      service: { id, name },
      update: change.act === "scale" ? null : pace,
      operation,
    },
    update === null ? 200 : 202,
  );
}

function operationOf(id: string): { readonly id: string; readonly href: string } {
  return { id, href: `/v1/operations/${id}` };
}
