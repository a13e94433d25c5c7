import { Router } from "express";
import * as z from "zod";
import { sendProblem } from "../../common/http/problem.ts";
import type { Explanation, Subject } from "../decide/explain/explain.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Observe } from "../observe/observer.ts";
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

/**
 * `GET /v1/explain?service=|task=|node=`: why it moves or why it does not, by name or id; about nothing in particular: why
 * the swarm as a whole is left as it is, or is not.
 */
export function explainRoute(observe: Observe, explainNow: ExplainNow): Router {
  return Router().get("/v1/explain", async (request, response) => {
    const query = QUERY.safeParse(request.query);
    if (!query.success) {
      const detail = z.prettifyError(query.error);
      sendProblem(response, { status: 400, title: "Bad query", detail });
      return;
    }
    const { snapshot } = await observe();
    const [asked] = Object.entries(query.data) as [Subject["kind"], string][];
    if (asked === undefined) {
      response.json(await explainNow(snapshot, null));
      return;
    }
    const [kind, wanted] = asked;
    const { thing, problem } = named(thingsOf(snapshot, kind), kind, wanted);
    if (thing === null) sendProblem(response, problem);
    else response.json(await explainNow(snapshot, { kind, id: thing.id }));
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
