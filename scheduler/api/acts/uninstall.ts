import * as z from "zod";
import type { Leaving } from "../../leaving.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { ACT_QUERY, REASON } from "../schemas/parameters.ts";
import { conflict } from "./ordered.ts";

const UNINSTALLED = z
  .strictObject({
    dryRun: z.boolean(),
    clean: z.boolean().describe("whether nothing of Ballast's is left in the swarm"),
    moves: z.array(z.string()).describe("services of which a task is being moved"),
    unreadable: z.array(z.string()).describe("services whose record of a move cannot be read"),
    orders: z.array(z.string()).describe("config objects that keep orders and requests"),
    ownLabels: z.array(z.string()).describe("labels that owners wrote, and keep: SERVICE LABEL"),
    detail: z.string().describe("what is left to do by hand"),
  })
  .meta({ id: "Uninstalled" });

/** Takes out of the swarm what is Ballast's. What it answers is what stands there: before in a dry run, else afterwards. */
export function uninstallEndpoint({ leaving }: { readonly leaving: Leaving }): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/uninstall",
    id: "uninstall",
    summary: "End all moves and orders, and rest: then the stack can be removed. Answers when it is done",
    role: "admin",
    query: ACT_QUERY,
    body: z.strictObject(REASON),
    answers: answers({
      200: document("what stands there, or is left", UNINSTALLED),
      409: problem("other schedulers run"),
    }),
    async handle({ query: { dryRun } }) {
      const { remains, schedulers } = await leaving.look();
      const clean = remains.moves.length + remains.unreadable.length + remains.orders.length === 0;
      if (dryRun) return json({ dryRun, clean, ...remains, detail: "nothing was taken out" });
      if (schedulers > 1)
        throw conflict(
          "Others run",
          `${schedulers} schedulers run; scale their service to one, then come again`,
        );
      const left = await leaving.leave();
      const detail = "this scheduler rests until it is started again: remove its stack now (docker stack rm)";
      return json({ dryRun, clean: left.clean, ...left.remains, detail });
    },
  });
}
