import * as z from "zod";
import { duration } from "../../../common/config/types.ts";
import { foundIn, knownSwarm } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, type Endpoint } from "../http/endpoint.ts";
import { GIVEN, TAKEN_BACK } from "../schemas/answers.ts";
import { ACT_QUERY, REASON } from "../schemas/parameters.ts";
import { give, isoOf, takeBack, type ActParts } from "./act.ts";

/** Ten years: what is to hold for longer holds until it is taken back. */
const LONGEST_PAUSE_SECONDS = 3650 * 86_400;
/** As long as the breaker's longest pause can be: a day. */
const RESET_KEPT_MS = 86_400_000;

const SERVICE = {
  service: z.string().min(1).optional().describe("its name or id; all services where none is named"),
};
const PAUSE = z.strictObject({
  ...SERVICE,
  for: duration()
    .refine(
      (seconds) => seconds <= LONGEST_PAUSE_SECONDS,
      "is more than 3650d; leave it out to pause until resumed",
    )
    .optional()
    .describe("such as 90m; until it is resumed where none is named"),
  ...REASON,
});
const RESUME = z.strictObject(SERVICE);
const RESET = z.strictObject(REASON);

const UNKNOWN = {
  404: problem("there is no such service"),
  409: problem("several are called so"),
  503: problem("the swarm cannot be read"),
};

/** Holds everything or a service where it is. */
export function pauseEndpoint(parts: ActParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/pause",
    id: "pause",
    summary: "Hold everything, or a service, where it is",
    role: "operator",
    query: ACT_QUERY,
    body: PAUSE,
    answers: answers({
      200: document("what it would be, or that it is paused already", GIVEN),
      202: document("it is paused", GIVEN),
      ...UNKNOWN,
    }),
    async handle({ query, body }) {
      const service = await serviceIn(parts, body.service);
      const nowMs = parts.now();
      const until = body.for === undefined ? null : isoOf(nowMs + body.for * 1000);
      const order = { kind: "pause", service, until, reason: body.reason, at: isoOf(nowMs) } as const;
      return give(parts, order, query.dryRun);
    },
  });
}

/** Lets move again what was paused. */
export function resumeEndpoint(parts: ActParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/resume",
    id: "resume",
    summary: "Take a pause back",
    role: "operator",
    query: ACT_QUERY,
    body: RESUME,
    answers: answers({ 200: document("how many orders it ended", TAKEN_BACK), ...UNKNOWN }),
    async handle({ query, body }) {
      const service = await serviceIn(parts, body.service);
      const { orders } = await knownSwarm(parts.observe);
      const pauses = orders.filter((order) => order.kind === "pause" && order.service === service);
      return takeBack(parts, pauses, query.dryRun);
    },
  });
}

/** Forgets what went wrong, so that the breaker closes. A later reset takes the place of an earlier one. */
export function resetEndpoint(parts: ActParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/breaker/reset",
    id: "resetBreaker",
    summary: "Close the circuit breaker: what went wrong before no longer counts",
    role: "operator",
    query: ACT_QUERY,
    body: RESET,
    answers: answers({
      200: document("what it would be", GIVEN),
      202: document("it is reset", GIVEN),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ query: { dryRun }, body: { reason } }) {
      const { orders } = await knownSwarm(parts.observe);
      const earlier = orders.filter(({ kind }) => kind === "reset");
      if (!dryRun) for (const { id } of earlier) await parts.orders.takeBack(id);
      const nowMs = parts.now();
      const until = isoOf(nowMs + RESET_KEPT_MS);
      return give(parts, { kind: "reset", until, reason, at: isoOf(nowMs) }, dryRun);
    },
  });
}

/** The id of the service of that name or id; null where none was named: all of them. */
async function serviceIn({ observe }: ActParts, wanted: string | undefined): Promise<string | null> {
  if (wanted === undefined) return null;
  return foundIn((await knownSwarm(observe)).services, "service", wanted).id;
}
