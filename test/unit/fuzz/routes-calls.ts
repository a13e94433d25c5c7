import fc from "fast-check";
import {
  hostileText,
  hostileValue,
  KEYS_OF_OBJECTS,
  someMutation,
  spoil,
} from "../../support/hostile-values.ts";
import type { Json, JsonObject } from "../../support/hostile-world.ts";
import { TOKEN } from "../scheduler/api/server.ts";
import type { Question } from "./routes-client.ts";
import { fitting, type Lore } from "./routes-schema.ts";
import { DECISION, type Mood, type Operation, type RoutesWorld } from "./routes-world.ts";

/** How a request was made: as the schemas have it, with one place spoiled, or of whatever. */
type Manner = "sound" | "nearly" | "wild";

/** A request, and in which state of things it is sent. */
export interface Call extends Question {
  readonly manner: Manner;
  readonly mood: Mood;
}

const NODES = ["n1", "n2"];
const SERVICES = ["a", "b"];
/** Few enough that some come again. */
const KEYS = 2000;
const SPANS = ["90s", "1h", "7d"];

/** Names of the test swarm, and what else means something somewhere. */
function loreOf(parts: RoutesWorld["parts"]): Lore {
  return {
    parts,
    words: {
      "": [...NODES, ...SERVICES, "web", "64Mi", "0.5", "running", "1", "é"],
      node: NODES,
      to: NODES,
      from: NODES,
      NodeNames: NODES,
      service: SERVICES,
      Name: ["web", "a"],
      task: ["a.1", "b.1"],
      decision: [DECISION.id, "elsewhere"],
      before: [DECISION.id],
      operation: ["o1", "d1", "s1-1"],
      for: SPANS,
      within: SPANS,
      limit: ["1", "5", "100"],
      dryRun: ["true", "false", "false"],
      types: ["move", "decision,move"],
      image: ["a:2", "nginx@sha256:0"],
      cpus: ["0.5"],
      memory: ["64M"],
    },
    keys: {
      requests: ["cpu", "memory"],
      limits: ["cpu", "memory"],
      nodeSelector: ["kubernetes.io/hostname", "disk"],
      labels: ["ballast.spread", "alertname"],
      set: ["zone", "disk"],
      others: ["gpu"],
    },
    meant: { spec: "DockerServiceSpec" },
  };
}

/** Requests to all of the operations alike. */
export function someCall({
  operations,
  parts,
}: Pick<RoutesWorld, "operations" | "parts">): fc.Arbitrary<Call> {
  const lore = loreOf(parts);
  const mood = fc.oneof(
    { arbitrary: fc.constantFrom<Mood>("quiet", "quiet", "quiet", "busy"), weight: 8 },
    { arbitrary: fc.constantFrom<Mood>("blind", "standby"), weight: 2 },
  );
  const sound = operations.map((operation) => soundCall(operation, lore));
  const question = fc.oneof(
    { arbitrary: fc.oneof(...sound).map((draft) => asCall(draft, "sound")), weight: 6 },
    { arbitrary: fc.oneof(...sound.map(nearly)), weight: 3 },
    { arbitrary: fc.oneof(...sound.map(wild)), weight: 1 },
  );
  return fc.tuple(question, mood).map(([call, then]) => ({ ...call, mood: then }));
}

/** A request before it is written down. */
interface Draft {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for none. */
  readonly body: Json | undefined;
}

function soundCall(operation: Operation, lore: Lore): fc.Arbitrary<Draft> {
  const { parameters, body, acts } = operation;
  const partOf = (place: string) => {
    const there = parameters.filter((each) => each.in === place);
    return fc.record(
      Object.fromEntries(there.map(({ name, schema }) => [name, fitting(schema, lore, name)])),
      // Without it nothing is done.
      {
        requiredKeys: there
          .filter(({ name, required }) => required || name === "dryRun")
          .map(({ name }) => name),
      },
    );
  };
  const key = acts
    ? fc.option(
        fc.nat(KEYS).map((at) => `k${at}`),
        { freq: 2, nil: null },
      )
    : fc.constant(null);
  const accept = fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    {},
    {},
    { Accept: "text/event-stream" },
  );
  return fc
    .tuple(
      partOf("path"),
      partOf("query"),
      key,
      accept,
      body === null ? fc.constant(undefined) : fitting(body, lore),
    )
    .map(([params, query, keyed, accepts, sent]) => ({
      operation,
      params: texts(params),
      query: Object.entries(texts(query)),
      headers: { ...accepts, ...(keyed === null ? {} : { "Idempotency-Key": keyed }) },
      body: sent,
    }));
}

function texts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** One place is not as it should be. */
function nearly(sound: fc.Arbitrary<Draft>): fc.Arbitrary<Omit<Call, "mood">> {
  const surplus = fc.oneof(
    fc.constantFrom(...KEYS_OF_OBJECTS, "dryRun", "dryRun[]", "limit[a]", "é"),
    hostileText,
  );
  return fc.oneof(
    fc.tuple(sound, someMutation).map(([draft, mutation]) => {
      const holder = { body: structuredClone(draft.body ?? {}) } as JsonObject;
      spoil(holder, mutation);
      return asCall({ ...draft, body: holder["body"] ?? null }, "nearly");
    }),
    fc.tuple(sound, hostileText).map(([draft, value]) => {
      const params = Object.fromEntries(Object.keys(draft.params).map((name) => [name, value]));
      return asCall({ ...draft, params }, "nearly");
    }),
    fc
      .tuple(sound, surplus, hostileText)
      .map(([draft, name, value]) =>
        asCall({ ...draft, query: [...draft.query, [name, value.slice(0, 300)]] }, "nearly"),
      ),
    fc.tuple(sound, hostileText).map(([draft, value]) => {
      const query = draft.query.map(([name]) => [name, value.slice(0, 300)] as const);
      return asCall({ ...draft, query }, "nearly");
    }),
    fc
      .tuple(sound, someHeaders)
      .map(([draft, headers]) => asCall({ ...draft, headers: { ...draft.headers, ...headers } }, "nearly")),
  );
}

const someHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc.constantFrom(
  { Authorization: "Bearer wrong" },
  { Authorization: "Basic %%%" },
  { Authorization: "Bearer" },
  { "Idempotency-Key": "a b" },
  { "Idempotency-Key": "x".repeat(300) },
  { "Idempotency-Key": "" },
  { "X-Request-Id": "\u00e9".repeat(200) },
  { Accept: "application/xml" },
  { "If-None-Match": "*" },
  { "If-Modified-Since": "yesterday" },
  { Origin: "http://elsewhere" },
  { "Sec-Fetch-Site": "cross-site" },
  { "Content-Encoding": "gzip" },
  { "Content-Encoding": "rot13" },
  { "Content-Type": "application/json; charset=utf-16" },
  { "Content-Type": "application/x-www-form-urlencoded" },
  { "Content-Type": "text/plain" },
  { Range: "bytes=0-1" },
  { "Last-Event-ID": "x".repeat(2000) },
  { "X-HTTP-Method-Override": "DELETE" },
);

const NONSENSE = [
  "",
  "{",
  '{"service":"a"',
  "NaN",
  "\ufeff{}",
  "<html></html>",
  "service=a",
  "x".repeat(70_000),
];
const someText = fc.oneof(
  fc.constantFrom(...NONSENSE),
  hostileValue.map((value) => JSON.stringify(value)),
  fc.nat(20_000).map((depth) => "[".repeat(depth)),
  fc.string({ unit: "binary", maxLength: 64 }),
);

const METHODS = ["GET", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"];

/** Hardly anything is as it should be. */
function wild(sound: fc.Arbitrary<Draft>): fc.Arbitrary<Omit<Call, "mood">> {
  const parts = fc.array(fc.oneof(hostileText, fc.constantFrom(...NODES)), { maxLength: 2 });
  return fc
    .tuple(sound, someText, fc.constantFrom(...METHODS), parts, fc.boolean(), someHeaders)
    .map(([draft, body, method, more, isElsewhere, headers]) => {
      const call = asCall(draft, "wild");
      const path = isElsewhere
        ? `${call.path.split("?")[0] ?? ""}/${more.map(escaped).join("/")}`
        : call.path;
      const takesBody = !["GET", "HEAD"].includes(method);
      const all = isElsewhere ? { ...call.headers, ...headers } : call.headers;
      return { ...call, path, method, headers: all, body: takesBody ? body : null };
    });
}

function asCall({ operation, params, query, headers, body }: Draft, manner: Manner): Omit<Call, "mood"> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => escaped(params[name] ?? ""));
  const asked = query.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join("&");
  return {
    manner,
    method: operation.method,
    path: asked === "" ? path : `${path}?${asked}`,
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers },
    body: operation.method === "GET" || body === undefined ? null : JSON.stringify(body),
  };
}

/** Longer ones Node refuses before any route is asked. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed().slice(0, 200));
}
