import * as z from "zod";
import type { Explanation, Subject } from "../../decide/explain/explain.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Observe } from "../../observe/observer.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, refused, type Endpoint } from "../http/endpoint.ts";
import { EXPLANATION } from "../schemas/answers.ts";
import { named, type Named } from "./named.ts";

/** Explains what would be decided on the snapshot. */
export type ExplainNow = (snapshot: Snapshot, subject: Subject | null) => Promise<Explanation>;

const QUERY = z
  .strictObject({
    service: z.string().min(1).optional(),
    task: z.string().min(1).optional(),
    node: z.string().min(1).optional(),
  })
  .refine(
    (query) => Object.keys(query).length <= 1,
    "asks about several things; name a service, a task or a node",
  );

/** By name or id, why a thing moves or why it does not; about nothing in particular: why the whole swarm is left as it is. */
export function explainEndpoint(observe: Observe, explainNow: ExplainNow): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/explain",
    id: "explain",
    summary: "Why a service, a task, a node or the whole swarm is moved, or why it is not",
    role: "viewer",
    query: QUERY,
    answers: answers({
      200: document("the answer, with what comes nearest to moving", EXPLANATION),
      404: problem("there is no such thing"),
      409: problem("several are called so"),
    }),
    async handle({ query }) {
      const { snapshot } = await observe();
      const [asked] = Object.entries(query) as [Subject["kind"], string][];
      if (asked === undefined) return json(await explainNow(snapshot, null));
      const [kind, wanted] = asked;
      const found = named(thingsOf(snapshot, kind), kind, wanted);
      if (found.problem !== null) return refused(found.problem);
      return json(await explainNow(snapshot, { kind, id: found.thing.id }));
    },
  });
}

function thingsOf({ services, tasks, nodes }: Snapshot, kind: Subject["kind"]): readonly Named[] {
  switch (kind) {
    case "service":
      return services;
    case "task":
      return tasks.map(({ id }) => ({ id, name: id }));
    case "node":
      return nodes.map(({ id, hostname }) => ({ id, name: hostname }));
  }
}
