import { createHash, timingSafeEqual } from "node:crypto";
import type { Problem } from "../../../common/http/problem.ts";
import { readBasic } from "../../../common/http/web/basic.ts";

/**
 * What a caller may do. A viewer reads; an operator also gives orders; an admin also changes what others rely on. A hook
 * may call the hooks and nothing else.
 */
export const ROLES = ["viewer", "hook", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
}

/** A secret, and whom it stands for. */
export interface Token extends Caller {
  readonly secret: string;
}

/** Who may ask for what. */
export interface AccessRules {
  readonly tokens: readonly Token[];
  /** Whether anybody may read. */
  readonly openReads: boolean;
}

/** Whom an `Authorization` header stands for, if the endpoint's role is among what that one may do. */
export type Admission =
  { readonly caller: Caller; readonly problem: null } | { readonly caller: null; readonly problem: Problem };

const MAY: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ["viewer"],
  hook: ["hook"],
  operator: ["viewer", "hook", "operator"],
  admin: ROLES,
};
const NO_TOKEN = /^(?:Bearer *)?$/i;
/** Whoever reads without a token, where that is open. */
export const ANYBODY: Caller = { name: "anybody", role: "viewer" };

/** The variable that opens what is closed for want of a token. */
const VARIABLES: Readonly<Record<Role, string>> = {
  viewer: "BALLAST_API_TOKENS",
  hook: "BALLAST_HOOKS_TOKEN",
  operator: "BALLAST_API_TOKEN",
  admin: "BALLAST_API_TOKEN",
};

/**
 * Admits a caller to an endpoint, or says why not: 403 where nobody has a token for it, with the mend; 401 for none or a
 * wrong one; 403 for one that may do less. `user`: as whom the web configuration let the caller in, who may read then.
 */
export function admit(
  { tokens, openReads }: AccessRules,
  role: Role,
  authorization: string,
  user: string | null = null,
): Admission {
  if (user !== null) return admitted([{ name: user, role: "viewer" }], role);
  const isOpen = role === "viewer" && openReads;
  const hasToken = tokens.some((token) => MAY[token.role].includes(role));
  // Where nobody needs a token, one too many does no harm; a wrong one among right ones is a mistake to be told of.
  if (isOpen && (!hasToken || NO_TOKEN.test(authorization))) return { caller: ANYBODY, problem: null };
  if (!hasToken) return denied(closed(role));
  const found = tokensIn(tokens, authorization);
  return found.length === 0 ? denied(WRONG) : admitted(found, role);
}

/** Whether an `Authorization` header holds a token, whatever that one may do. */
export function holdsToken(tokens: readonly Token[], authorization: string): boolean {
  return tokensIn(tokens, authorization).length > 0;
}

/** Whether an `Authorization` header, if it holds no token, is a guess at one. */
export function isGuess(authorization: string): boolean {
  return !NO_TOKEN.test(authorization);
}

/**
 * The tokens that a header holds: `Bearer SECRET`, or `Basic` with the token's name and its secret for who can send nothing
 * else. Compared in constant time, all of them whichever fits.
 */
function tokensIn(tokens: readonly Token[], authorization: string): readonly Token[] {
  const bearer = /^Bearer (.+)$/i.exec(authorization)?.[1];
  const basic = readBasic(authorization);
  if (bearer === undefined && basic === null) return [];
  const given = digest(basic === null ? (bearer ?? "") : pairOf(basic.user, basic.password));
  return tokens.filter(({ name, secret }) =>
    timingSafeEqual(given, digest(basic === null ? secret : pairOf(name, secret))),
  );
}

/** Both as one text, of which no other pair is made. */
function pairOf(name: string, secret: string): string {
  return JSON.stringify([name, secret]);
}

function admitted(callers: readonly Caller[], role: Role): Admission {
  const able = callers.find((each) => MAY[each.role].includes(role));
  if (able !== undefined) return { caller: { name: able.name, role: able.role }, problem: null };
  const who = callers.map((each) => `${each.name} is ${article(each.role)}`).join(", ");
  return denied({ status: 403, title: "Not allowed", detail: `${who}; this needs ${article(role)}` });
}

const WRONG: Problem = {
  status: 401,
  title: "Wrong token",
  detail: "send `Authorization: Bearer` with a configured token, or `Basic` with its name and it",
};

function closed(role: Role): Problem {
  const variable = VARIABLES[role];
  return { status: 403, title: "No token", detail: `set ${variable} or ${variable}_FILE to open this` };
}

function denied(problem: Problem): Admission {
  return { caller: null, problem };
}

function article(role: Role): string {
  return `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;
}

/** Of equal length whatever was sent, as the comparison in constant time demands. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
