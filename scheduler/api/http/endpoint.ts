import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";
import type { Problem } from "../../../common/http/problem.ts";
import type { Caller, Role } from "../access/access.ts";

/** What an endpoint answers. Headers are besides those that every answer has. */
export type Reply = (
  | { readonly kind: "json"; readonly status: number; readonly body: unknown }
  | { readonly kind: "text"; readonly type: string; readonly text: string }
  | { readonly kind: "lines"; readonly type: string; readonly lines: Iterable<string> }
  /** Goes on until the reader leaves or the server stops; then the signal says so. */
  | { readonly kind: "stream"; readonly type: string; readonly chunks: Chunks }
  | { readonly kind: "problem"; readonly problem: Problem }
) & {
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it holds what must not be kept. */
  readonly secret?: true;
  /** Whether there was nothing to do: the same request may come to something later. */
  readonly idle?: true;
};

/** The parts of an answer that has no end of its own. */
export type Chunks = (signal: AbortSignal) => AsyncIterable<string>;

/** What an answer with a status is, for those who read about it. */
export interface AnswerShape {
  readonly description: string;
  /** Null where it is no JSON document. */
  readonly schema: z.ZodType | null;
  /** `application/json` where nothing else is said. */
  readonly type?: string;
}

/** One operation of the API as data: callers are held to the same schemas that the API's description is made of. */
export interface Endpoint {
  readonly method: "get" | "post";
  /** As OpenAPI spells it: `/v1/nodes/{node}/drain`. */
  readonly path: string;
  /** The operation's id: camel case, unique. */
  readonly id: string;
  /** One line for people. */
  readonly summary: string;
  /** What a caller must be. */
  readonly role: Role;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Null where no body is taken. */
  readonly body: z.ZodType | null;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Called with a refusal that was answered before the endpoint was asked: of the caller, or of what it sent. */
  readonly onRefusal: (problem: Problem) => void;
  /** Checks what was sent, and answers. */
  answer(raw: RawCall): Promise<Reply>;
}

/** A request before anything of it was checked. */
export interface RawCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly caller: Caller;
  /** What its sender calls it, so that the same request again is not carried out twice; null where it says nothing. */
  readonly key: string | null;
  readonly headers?: IncomingHttpHeaders;
}

/** A request as the endpoint's schemas have it. */
interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  readonly headers: IncomingHttpHeaders;
}

/** Whether the endpoint changes anything: then it has a dry run. */
export function isAct({ method, query }: Endpoint): boolean {
  return method === "post" && "dryRun" in query.shape;
}

const NOTHING = z.strictObject({});
const USUAL_BODY_BYTES = 64 * 1024;

interface Spec<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly method: Endpoint["method"];
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly role: Role;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly bodyLimit?: number;
  readonly answers: Endpoint["answers"];
  readonly onRefusal?: Endpoint["onRefusal"];
  readonly handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => Reply | Promise<Reply>;
}

/** An endpoint of its schemas and of what it does; parts that are not named may not be sent. */
export function endpoint<
  Params extends z.ZodObject = typeof NOTHING,
  Query extends z.ZodObject = typeof NOTHING,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: Spec<Params, Query, Body>): Endpoint {
  const { handle, params = NOTHING, query = NOTHING, body = null, ...rest } = spec;
  return {
    bodyLimit: USUAL_BODY_BYTES,
    onRefusal: () => undefined,
    ...rest,
    params,
    query,
    body,
    async answer(raw) {
      const read = {
        path: params.safeParse(raw.params),
        query: query.safeParse(raw.query),
        body: body === null ? { success: true as const, data: undefined } : body.safeParse(raw.body ?? {}),
      };
      const faults = Object.entries(read).flatMap(([place, result]) =>
        result.success ? [] : result.error.issues.map((issue) => faultOf(place, issue)),
      );
      if (faults.length > 0) return refused(faultsProblem(faults));
      try {
        return await handle({
          params: read.path.data as z.output<Params>,
          query: read.query.data as z.output<Query>,
          body: read.body.data as z.output<Body>,
          caller: raw.caller,
          headers: raw.headers ?? {},
        });
      } catch (error) {
        if (error instanceof Refused) return refused(error.problem);
        throw error;
      }
    },
  };
}

/** What is wrong with one part of a request. */
interface Fault {
  /** `body.alerts.0.status` */
  readonly place: string;
  readonly detail: string;
}

function faultOf(place: string, { path, message }: z.core.$ZodIssue): Fault {
  return { place: [place, ...path.map(String)].join("."), detail: message };
}

function faultsProblem(faults: readonly Fault[]): Problem {
  const detail = faults.map((fault) => `${fault.place}: ${fault.detail}`).join("; ");
  return { status: 400, title: "Bad request", detail, errors: faults };
}

/** Thrown where an endpoint cannot go on: the problem is its answer. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** An answer that is a JSON document. */
export function json(body: unknown, status = 200): Reply {
  return { kind: "json", status, body };
}

/** An answer that it cannot be, and why. */
export function refused(problem: Problem, headers: Readonly<Record<string, string>> = {}): Reply {
  return { kind: "problem", problem, headers };
}
