import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { randomUUID } from "node:crypto";
import { Router, type Request, type RequestHandler, type Response } from "express";
import { sendProblem, type Problem } from "../../../common/http/problem.ts";
import { userOf } from "../../../common/http/server.ts";
import { BASIC_CHALLENGE, BEARER_CHALLENGE } from "../../../common/http/web/gate.ts";
import { retryAfter } from "../../../common/http/web/rate-limit.ts";
import { ANYBODY, type AccessRules, type Caller } from "../access/access.ts";
import { entryFor } from "../access/entry.ts";
import type { CallLimits } from "../access/limits.ts";
import type { Chunks, Endpoint, Reply } from "./endpoint.ts";
import { jsonBody } from "./json-body.ts";

/** What became of a request, for metrics and for the audit. */
export interface Served {
  readonly endpoint: Endpoint;
  readonly caller: Caller | null;
  readonly requestId: string;
  readonly path: string;
  readonly status: number;
  readonly seconds: number;
  /** What an act's caller said of it; empty where it said nothing. */
  readonly reason: string;
  /** Whether an act was to be done, and not only told of. */
  readonly isEarnest: boolean;
}

export interface RouterParts {
  readonly endpoints: readonly Endpoint[];
  readonly access: AccessRules;
  /** Null where callers are not to be limited. */
  readonly limits?: CallLimits | null;
  readonly onServed: (served: Served) => void;
}

/** One that a caller may choose, to find its request in the log. */
const SOUND_ID = /^[\w.:-]{1,100}$/;

/** Serves the endpoints: who asks, what was sent, the answer. A method that a path does not have is refused with those it has. */
export function routerOf(parts: RouterParts): Router {
  const router = Router();
  for (const each of parts.endpoints) {
    router[each.method](pathOf(each), ...chainFor(each, parts));
  }
  for (const [path, methods] of Map.groupBy(parts.endpoints, pathOf)) {
    router.all(path, (request, response, next) => {
      const allowed = methods.map(({ method }) => method.toUpperCase());
      if (request.method === "HEAD") {
        next();
        return;
      }
      response.set("Allow", allowed.join(", "));
      const detail = `${request.path} takes ${allowed.join(" and ")}, not ${request.method}`;
      sendProblem(response, { status: 405, title: "Method not allowed", detail });
    });
  }
  return router;
}

/** As the router spells it: `/v1/nodes/:node/drain`. */
function pathOf({ path }: Endpoint): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

interface Locals {
  readonly requestId: string;
  readonly beganMs: number;
  caller: Caller | null;
}

function chainFor(
  endpoint: Endpoint,
  { access, limits = null, onServed }: RouterParts,
): readonly RequestHandler[] {
  const refuse = (response: Response, problem: Problem): void => {
    endpoint.onRefusal(problem);
    if (problem.status === 401) response.set("WWW-Authenticate", [BEARER_CHALLENGE, BASIC_CHALLENGE]);
    // A kept connection would lead the next try to the same scheduler, with what is unread of the body before it.
    response.set("Connection", "close");
    sendProblem(response, problem);
  };
  const begin: RequestHandler = (request, response, next) => {
    const asked = request.get("x-request-id") ?? "";
    const requestId = SOUND_ID.test(asked) ? asked : randomUUID();
    const locals: Locals = { requestId, beganMs: performance.now(), caller: null };
    Object.assign(response.locals, locals);
    response.set("X-Request-Id", requestId);
    response.once("close", () => {
      const { caller, beganMs } = response.locals as Locals;
      const seconds = (performance.now() - beganMs) / 1000;
      const { statusCode: status } = response;
      const said = saidIn(request);
      onServed({ endpoint, caller, requestId, path: request.path, status, seconds, ...said });
    });
    const entry = entryFor(request, { access, limits, role: endpoint.role, user: userOf(response) });
    (response.locals as Locals).caller = entry.caller;
    if (entry.problem === null) {
      next();
      return;
    }
    if (entry.seconds > 0) response.set(retryAfter(entry.seconds));
    refuse(response, entry.problem);
  };
  const answer: RequestHandler = async (request, response) => {
    const caller = (response.locals as Locals).caller ?? ANYBODY;
    const { params, query, body } = request as Pick<Request, "params" | "query"> & { readonly body: unknown };
    const key = request.get("idempotency-key") ?? null;
    const reply = await endpoint.answer({ params, query, body, caller, key, headers: request.headers });
    if (reply.kind === "problem" && reply.problem.status === 400) endpoint.onRefusal(reply.problem);
    await send(response, reply);
  };
  const reading = endpoint.body === null ? [] : jsonBody(endpoint.bodyLimit, refuse);
  return [begin, ...reading, answer];
}

const LONGEST_REASON = 500;

function saidIn({ body, query }: Request): Pick<Served, "reason" | "isEarnest"> {
  const { reason = "" } = (typeof body === "object" && body !== null ? body : {}) as {
    readonly reason?: unknown;
  };
  return {
    reason: typeof reason === "string" ? reason.slice(0, LONGEST_REASON) : "",
    isEarnest: query["dryRun"] === "false",
  };
}

async function send(response: Response, reply: Reply): Promise<void> {
  response.set(reply.headers ?? {});
  switch (reply.kind) {
    case "json":
      response.status(reply.status).json(reply.body);
      return;
    case "problem":
      sendProblem(response, reply.problem);
      return;
    case "text":
      response.type(reply.type).send(reply.text);
      return;
    case "lines":
      response.type(reply.type);
      await pipeline(Readable.from(ended(reply.lines)), response).catch(ignoreLeaving);
      return;
    case "stream":
      response.type(reply.type).set("Cache-Control", "no-store");
      response.flushHeaders();
      // Of a HEAD there is nothing that would ever end.
      if (response.req.method === "HEAD") response.end();
      else await follow(reply.chunks, response);
  }
}

async function follow(chunks: Chunks, response: Response): Promise<void> {
  const left = new AbortController();
  response.once("close", () => {
    left.abort();
  });
  // It may have gone while the answer was made; then nothing says so any more.
  if (response.closed) left.abort();
  await pipeline(Readable.from(chunks(left.signal)), response).catch(ignoreLeaving);
}

function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

/** A reader that goes away in the middle is no fault. */
function ignoreLeaving(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE"))
    throw error;
}
