import { STATUS_CODES } from "node:http";
import * as z from "zod";
import type { Role } from "../access/access.ts";
import { problem } from "../http/answers.ts";
import { isAct, type AnswerShape, type Endpoint } from "../http/endpoint.ts";

type Json = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: "3.1.0";
  readonly info: Json;
  readonly paths: Readonly<Record<string, Json>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Json;
  };
}

const ABOUT =
  "Ballast keeps a Docker Swarm level. GET never changes anything; POST does nothing but tell what it would do, unless " +
  "`dryRun=false` is in the query. Errors are problem documents (RFC 9457) that name the place and the mend.";

/** A token alone, or its name and itself as a password. */
const SCHEMES = { token: { type: "http", scheme: "bearer" }, password: { type: "http", scheme: "basic" } };

const NEEDED: Readonly<Record<Role, string>> = {
  viewer: "Open to all, unless reads are closed: then a token is needed.",
  hook: "Needs the hooks' token, or an operator's.",
  operator: "Needs an operator's token.",
  admin: "Needs an admin's token.",
};

const KEY: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  schema: { type: "string", minLength: 1, maxLength: 255 },
  description: "what you call the request: the same one again within a day is not carried out twice",
};

/** Answers to a body that is not read. */
const UNREAD: Endpoint["answers"] = {
  413: problem("the body is too long"),
  415: problem("the body says that it is no JSON, or is in a charset or an encoding that is not taken"),
};

/** All that the endpoint may answer: what it says itself, and that its body is not read. */
export function answersOf({ body, answers }: Endpoint): Endpoint["answers"] {
  return body === null ? answers : { ...UNREAD, ...answers };
}

/** Describes the endpoints, from the very schemas that callers are held to. */
export function openApiOf(endpoints: readonly Endpoint[], version: string): OpenApi {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const each of endpoints)
    paths[each.path] = { ...paths[each.path], [each.method]: operationOf(each, schemas) };
  return {
    openapi: "3.1.0",
    info: {
      title: "Ballast",
      version,
      description: ABOUT,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: { schemas, securitySchemes: SCHEMES },
  };
}

function operationOf(endpoint: Endpoint, schemas: Record<string, unknown>): Json {
  const { id, summary, role, params, query, body } = endpoint;
  const read = (schema: z.ZodType): unknown => schemaOf(schema, "input", schemas);
  return {
    operationId: id,
    summary,
    description: NEEDED[role],
    security: [...(role === "viewer" ? [{}] : []), ...Object.keys(SCHEMES).map((name) => ({ [name]: [] }))],
    parameters: [
      ...parametersIn(params, "path", read),
      ...parametersIn(query, "query", read),
      ...(isAct(endpoint) ? [KEY] : []),
    ],
    ...(body === null
      ? {}
      : { requestBody: { required: false, content: { "application/json": { schema: read(body) } } } }),
    responses: Object.fromEntries(
      Object.entries(answersOf(endpoint)).map(([status, answer]) => [
        status,
        responseOf(status, answer, schemas),
      ]),
    ),
  };
}

function parametersIn(
  { shape }: z.ZodObject,
  place: "path" | "query",
  read: (schema: z.ZodType) => unknown,
): readonly Json[] {
  return Object.entries(shape).map(([name, type]) => {
    const schema = type as z.ZodType;
    const { description } = schema;
    return {
      name,
      in: place,
      required: place === "path" || !schema.safeParse(undefined).success,
      schema: read(schema),
      ...(description === undefined ? {} : { description }),
    };
  });
}

function responseOf(
  status: string,
  { description, schema, type = "application/json" }: AnswerShape,
  schemas: Record<string, unknown>,
): Json {
  const content = schema === null ? {} : { schema: schemaOf(schema, "output", schemas) };
  return { description: `${STATUS_CODES[status] ?? status}: ${description}`, content: { [type]: content } };
}

/** The schema as JSON Schema; parts with a name of their own go to `schemas`, and are referred to. */
function schemaOf(schema: z.ZodType, io: "input" | "output", schemas: Record<string, unknown>): unknown {
  const made = z.toJSONSchema(schema, { io, unrepresentable: "any", cycles: "ref", reused: "inline" });
  const { $defs, ...own } = without(made, "$schema") as Json & { readonly $defs?: Json };
  const name = typeof own["id"] === "string" ? own["id"] : null;
  for (const [each, definition] of Object.entries($defs ?? {}))
    schemas[each] ??= linked(without(definition, "id"));
  if (name === null) return linked(own);
  schemas[name] ??= linked(without(own, "id"));
  return { $ref: `#/components/schemas/${name}` };
}

/** Without a word that is not of the schema itself: which dialect it is in, what we call the part. */
function without(schema: unknown, word: "$schema" | "id"): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== word));
}

/** With references to where an OpenAPI document keeps its parts. */
function linked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(linked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      key === "$ref" && typeof part === "string"
        ? part.replace("#/$defs/", "#/components/schemas/")
        : linked(part),
    ]),
  );
}
