import { createHash } from "node:crypto";
import type { Problem } from "../../../common/http/problem.ts";
import type { Claim, KeptReply, NewRequest, RequestBook } from "../../ports.ts";
import { problem } from "../http/answers.ts";
import { isAct, refused, type Endpoint, type RawCall, type Reply } from "../http/endpoint.ts";
import { isoOf } from "./act.ts";

/** What remembering requests works with. */
export interface OnceParts {
  readonly requests: RequestBook;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** As HTTP writes a header's word (draft-ietf-httpapi-idempotency-key-header), of a sensible length. */
const SOUND_KEY = /^[\x21-\x7e]{1,255}$/;
const KEPT_MS = 86_400_000;
const REPLAYED = { "Idempotent-Replayed": "true" };

/**
 * The endpoint, so that a request to act which brings an `Idempotency-Key` is carried out once within a day, and the same
 * one again gets the same answer.
 */
export function onceByKey(endpoint: Endpoint, { requests, now }: OnceParts): Endpoint {
  if (!isAct(endpoint)) return endpoint;
  return {
    ...endpoint,
    answers: { 409: problem("the request of this key is under way"), ...endpoint.answers, 422: OTHER_KEY },
    async answer(raw) {
      const { key, query } = raw;
      const isEarnest = endpoint.query.safeParse(query).data?.["dryRun"] === false;
      if (key === null || !isEarnest) return endpoint.answer(raw);
      if (!SOUND_KEY.test(key)) return refused(UNSOUND);
      const claim = await requests.claim(requestOf(endpoint, raw, key, now()));
      if (!claim.fresh) return repeated(claim, printOf(endpoint, raw));
      return settled(requests, claim.id, await outcomeOf(endpoint, raw));
    },
  };
}

const OTHER_KEY = problem("the Idempotency-Key came with another request before");

const UNSOUND: Problem = {
  status: 400,
  title: "Bad request",
  detail: "header Idempotency-Key: write 1 to 255 visible ASCII characters, such as a UUID",
};
const OTHER: Problem = {
  status: 422,
  title: "The key is taken",
  detail: "this Idempotency-Key came with another request before; write a new one",
};
const UNDER_WAY: Problem = {
  status: 409,
  title: "Under way",
  detail:
    "the request of this Idempotency-Key is being carried out, or was cut off; look before you use a new key",
};
const NOT_KEPT: Problem = {
  status: 409,
  title: "Done",
  detail: "the request of this Idempotency-Key was carried out; its answer held a secret and is not kept",
};

/** What it came to; an error is given on when it is settled. */
type Outcome = { readonly reply: Reply } | { readonly error: unknown };

async function outcomeOf(endpoint: Endpoint, raw: RawCall): Promise<Outcome> {
  try {
    return { reply: await endpoint.answer(raw) };
  } catch (error) {
    return { error };
  }
}

/** Only what was done is kept: what was refused or failed, or came to nothing, may be tried again, and may then come to something else. */
async function settled(requests: RequestBook, id: string, outcome: Outcome): Promise<Reply> {
  if ("reply" in outcome && outcome.reply.kind === "json" && outcome.reply.idle !== true) {
    await requests.settle(id, keptOf(outcome.reply));
    return outcome.reply;
  }
  await requests.release(id);
  if ("error" in outcome) throw outcome.error;
  return outcome.reply;
}

function keptOf(reply: Extract<Reply, { readonly kind: "json" }>): KeptReply {
  return { status: reply.status, body: reply.secret === true ? null : JSON.stringify(reply.body) };
}

function repeated({ print, reply }: Extract<Claim, { readonly fresh: false }>, asked: string): Reply {
  if (print !== asked) return refused(OTHER);
  if (reply === null) return refused(UNDER_WAY);
  if (reply.body === null) return refused(NOT_KEPT);
  return { kind: "json", status: reply.status, body: JSON.parse(reply.body) as unknown, headers: REPLAYED };
}

function requestOf(endpoint: Endpoint, raw: RawCall, key: string, nowMs: number): NewRequest {
  return {
    by: raw.caller.name,
    key,
    print: printOf(endpoint, raw),
    at: isoOf(nowMs),
    until: isoOf(nowMs + KEPT_MS),
  };
}

/** A digest of what is asked for. */
function printOf({ id }: Endpoint, { params, query, body }: RawCall): string {
  return createHash("sha256")
    .update(JSON.stringify([id, params, query, body ?? {}]))
    .digest("hex");
}
