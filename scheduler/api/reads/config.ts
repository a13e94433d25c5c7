import * as z from "zod";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";

/** Settings whose values nobody is shown. */
const SECRET = /token|webhooks/i;
const MASK = "(set)";

/** The configuration in force, without its secrets. */
export function configEndpoint(config: object): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/config",
    id: "getConfig",
    summary: "The configuration in force; secrets are masked",
    role: "viewer",
    answers: answers({ 200: document("by section", z.looseObject({ mode: z.string() })) }),
    handle: () => json(masked(config)),
  });
}

function masked(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      SECRET.test(key) && (typeof part !== "object" || Array.isArray(part)) ? maskOf(part) : masked(part),
    ]),
  );
}

function maskOf(secret: unknown): unknown {
  return secret === undefined || (Array.isArray(secret) && secret.length === 0) ? null : MASK;
}
