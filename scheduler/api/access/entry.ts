import type { IncomingMessage } from "node:http";
import type { Problem } from "../../../common/http/problem.ts";
import { LOCKED_OUT } from "../../../common/http/web/gate.ts";
import { remoteAddressOf } from "../../../common/http/web/remote-address.ts";
import { admit, ANYBODY, isGuess, type AccessRules, type Caller, type Role } from "./access.ts";
import { tooMany, type CallLimits } from "./limits.ts";

/** Whether a call may come in, and whose it is; or why not, with the seconds after which it may, 0 for never. */
export type Entry =
  | { readonly caller: Caller; readonly problem: null }
  | { readonly caller: Caller | null; readonly problem: Problem; readonly seconds: number };

/** What is asked for, and by which rules. */
export interface EntryRules {
  readonly access: AccessRules;
  readonly limits: CallLimits | null;
  readonly role: Role;
  /** As whom the web configuration let the caller in. */
  readonly user: string | null;
}

/**
 * Whether a call may come in: not while its address has sent too many wrong tokens, not without what the role needs, and
 * not too often. Calls that are refused count too, so that nobody floods the log with them.
 */
export function entryFor(
  request: Pick<IncomingMessage, "headers" | "socket">,
  { access, limits, role, user }: EntryRules,
): Entry {
  const { authorization = "" } = request.headers;
  const address = remoteAddressOf(request);
  const hasGuessed = user === null && isGuess(authorization);
  const lockedFor = hasGuessed ? (limits?.attempts.wait(address) ?? 0) : 0;
  if (lockedFor > 0) return { caller: null, problem: LOCKED_OUT, seconds: lockedFor };
  const { caller, problem } = admit(access, role, authorization, user);
  if (hasGuessed && problem?.status === 401) limits?.attempts.failed(address);
  const isNamed = caller !== null && caller !== ANYBODY;
  const seconds = limits?.call(role, isNamed ? `name ${caller.name}` : `address ${address}`) ?? 0;
  if (seconds > 0) {
    return { caller, problem: tooMany(isNamed ? caller.name : `your address ${address}`), seconds };
  }
  return problem === null ? { caller, problem } : { caller: null, problem, seconds: 0 };
}
