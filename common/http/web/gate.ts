import type { IncomingMessage } from "node:http";
import type { Problem } from "../problem.ts";
import type { Attempts } from "./attempts.ts";
import { readBasic } from "./basic.ts";
import type { Protection } from "./protection.ts";
import { retryAfter } from "./rate-limit.ts";
import { remoteAddressOf } from "./remote-address.ts";

/** Who is let in besides the users of the web configuration. */
export interface Guard {
  /** Whether an `Authorization` header holds what is good without them, such as a token. */
  readonly knows: (authorization: string) => boolean;
  readonly attempts: Attempts;
}

/** Whether a request may come in: the user's name, null for who is none; or why not, with headers of that answer. */
export type Passage =
  | { readonly problem: null; readonly user: string | null }
  | { readonly problem: Problem; readonly headers: Readonly<Record<string, string | readonly string[]>> };

/** How to authenticate (RFC 9110, 11.6.1). */
export const BASIC_CHALLENGE = 'Basic realm="ballast", charset="UTF-8"';
export const BEARER_CHALLENGE = 'Bearer realm="ballast"';

/** Whether the web configuration lets a request in; the same for every path. */
export async function passageOf(
  request: Pick<IncomingMessage, "headers" | "socket">,
  { wait, admits }: Protection,
  guard: Guard | null = null,
): Promise<Passage> {
  const seconds = wait();
  if (seconds > 0) return { problem: LIMITED, headers: retryAfter(seconds) };
  if (admits === null) return { problem: null, user: null };
  const { authorization } = request.headers;
  if (authorization === undefined) return { problem: UNKNOWN, headers: challengeOf(guard) };
  const address = remoteAddressOf(request);
  const lockedFor = guard?.attempts.wait(address) ?? 0;
  if (lockedFor > 0) return { problem: LOCKED_OUT, headers: retryAfter(lockedFor) };
  if (guard?.knows(authorization) === true) return { problem: null, user: null };
  if (await admits(authorization)) return { problem: null, user: readBasic(authorization)?.user ?? null };
  guard?.attempts.failed(address);
  return { problem: UNKNOWN, headers: challengeOf(guard) };
}

/** Of credentials from an address that has sent too many wrong ones. */
export const LOCKED_OUT: Problem = {
  status: 429,
  title: "Too many wrong credentials",
  detail: "your address has sent wrong credentials too often; mend them, and try again later",
};

const LIMITED: Problem = {
  status: 429,
  title: "Too Many Requests",
  detail: "the web configuration's rate_limit is reached; ask less often",
};

const UNKNOWN: Problem = {
  status: 401,
  title: "Unauthorized",
  detail: "send the name and password of one of the web configuration's basic_auth_users",
};

function challengeOf(guard: Guard | null): Readonly<Record<string, string | readonly string[]>> {
  return {
    "WWW-Authenticate": guard === null ? BASIC_CHALLENGE : [BEARER_CHALLENGE, BASIC_CHALLENGE],
  };
}
