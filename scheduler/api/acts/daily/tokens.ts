import type { JoinToken, TokenChange } from "../../../domain/daily.ts";
import { permit } from "../../../govern/permit/permit.ts";
import { knownSwarm } from "../../found.ts";
import { answers, document, problem } from "../../http/answers.ts";
import { endpoint, json, Refused, type Endpoint } from "../../http/endpoint.ts";
import { JOIN_TOKEN, TOKENS } from "../../schemas/daily.ts";
import { ACT_QUERY } from "../../schemas/parameters.ts";
import { permitted, problemOf } from "./edit.ts";
import type { DailyParts } from "./parts.ts";

/** Of an answer that holds a secret nobody on the way keeps a copy. */
const KEPT_BY_NOBODY = { "Cache-Control": "no-store" };

/** Tells a join token, a new one if that is asked. Told by a POST alone: whoever only reads sees no secret. */
export function tokensEndpoint({ observe, daily }: DailyParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/join-tokens",
    id: "tellJoinToken",
    summary: "Tell the token by which a machine joins the swarm; a dry run tells none",
    role: "admin",
    query: ACT_QUERY,
    body: TOKENS,
    answers: answers({
      200: document("the token, and the command that joins", JOIN_TOKEN),
      409: problem("somebody else wrote to the swarm at the same time"),
      502: problem("the manager would not take the write"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ query: { dryRun }, body: { role, rotate, reason }, caller }) {
      const act: TokenChange = { act: "tokens", role, rotate };
      const snapshot = await knownSwarm(observe);
      const notes = permitted(permit({ of: "swarm", act, force: false }, snapshot, daily.rules));
      const told = { dryRun, done: !dryRun, act: act.act, role, rotated: rotate && !dryRun, notes, reason };
      if (dryRun) return json({ ...told, token: null, command: null });
      if (rotate) {
        const written = await daily.tokens.rotate(role);
        if (written.outcome !== "written") throw new Refused(problemOf(written));
      }
      const deed = { subject: "", name: "the swarm", changes: [], notes, update: null };
      daily.onDeed({ caller: caller.name, reason, act, ...deed });
      const join = await daily.tokens.read(role);
      return {
        ...json({ ...told, token: join.token, command: commandOf(join) }),
        headers: KEPT_BY_NOBODY,
        secret: true,
      };
    },
  });
}

function commandOf({ token, manager }: JoinToken): string {
  return `docker swarm join --token ${token} ${manager ?? "MANAGER:2377"}`;
}
