import { createHash, timingSafeEqual } from "node:crypto";
import type { Problem } from "../../../common/http/problem.ts";

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
const NO_TOKEN = /^(?:Bearer *)?$/;
const ANYBODY: Caller = { name: "anybody", role: "viewer" };

/** The variable that opens what is closed for want of a token. */
const VARIABLES: Readonly<Record<Role, string>> = {
  viewer: "BALLAST_API_TOKENS",
  hook: "BALLAST_HOOKS_TOKEN",
  operator: "BALLAST_API_TOKEN",
  admin: "BALLAST_API_TOKEN",
};

/**
 * Admits a caller to an endpoint, or says why not: 403 where nobody has a token for it, with the mend; 401 for none or a
 * wrong one; 403 for one that may do less. Secrets are compared in constant time, all of them whichever fits.
 */
export function admit({ tokens, openReads }: AccessRules, role: Role, authorization: string): Admission {
  const isOpen = role === "viewer" && openReads;
  const hasToken = tokens.some((token) => MAY[token.role].includes(role));
  // Where nobody needs a token, one too many does no harm; a wrong one among right ones is a mistake to be told of.
  if (isOpen && (!hasToken || NO_TOKEN.test(authorization))) return { caller: ANYBODY, problem: null };
  if (!hasToken) return denied(closed(role));
  const given = digest(/^Bearer (.+)$/.exec(authorization)?.[1] ?? "");
  const found = tokens.filter(({ secret }) => timingSafeEqual(given, digest(secret)));
  const [token] = found;
  if (token === undefined) return denied(WRONG);
  const able = found.find((each) => MAY[each.role].includes(role));
  if (able !== undefined) return { caller: { name: able.name, role: able.role }, problem: null };
  const detail = `${token.name} is ${article(token.role)}; this needs ${article(role)}`;
  return denied({ status: 403, title: "Not allowed", detail });
}

const WRONG: Problem = {
  status: 401,
  title: "Wrong token",
  detail: "send `Authorization: Bearer` with the configured token",
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
