import assert from "node:assert/strict";
import { after } from "node:test";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { pino } from "pino";
import { startHttpServer } from "../../../common/http/server.ts";
import type { Log } from "../../../common/log.ts";
import { createDailyEditors } from "../../../scheduler/act/daily/editors.ts";
import { openApiOf } from "../../../scheduler/api/description/openapi.ts";
import { isAct } from "../../../scheduler/api/http/endpoint.ts";
import { orderedMovesOf } from "../../../scheduler/api/acts/ordered.ts";
import { endpointsOf, routesOf } from "../../../scheduler/api/routes.ts";
import { decide } from "../../../scheduler/decide/decide.ts";
import { DAILY_ACTS } from "../../../scheduler/domain/daily.ts";
import { NO_PROGRESS, type Order } from "../../../scheduler/domain/order.ts";
import type { Snapshot } from "../../../scheduler/domain/snapshot.ts";
import { createMetrics } from "../../../scheduler/metrics.ts";
import { fakeOrderBook } from "../../support/fake-order-book.ts";
import { aPolicy, NOW } from "../../support/swarm-builder.ts";
import { startFakeDocker } from "../scheduler/api/daily/fake-docker.ts";
import { apiPartsFor, SWARM } from "../scheduler/api/server.ts";
import { MINUTE } from "../scheduler/events/agent-server.ts";
import type { Answer } from "./routes-client.ts";
import type { JsonSchema } from "./routes-schema.ts";

/**
 * What is so of the swarm and the scheduler: nothing was ordered, this and that was, the swarm cannot be read, or another
 * scheduler acts.
 */
export type Mood = "quiet" | "busy" | "blind" | "standby";

/** An operation as the API's description has it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** `/v1/nodes/{node}/drain` */
  readonly path: string;
  /** Whether it changes anything, if it is told so. */
  readonly acts: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: "path" | "query" | "header";
    readonly required: boolean;
    readonly schema: JsonSchema;
  }[];
  /** Null where none is taken. */
  readonly body: JsonSchema | null;
  readonly statuses: readonly number[];
}

const AT = new Date(NOW).toISOString();
const LATER = new Date(NOW + 3_600_000).toISOString();
export const DECISION = decide(SWARM, aPolicy(), NOW);
const ORDERS: readonly Order[] = [
  { kind: "pause", id: "p1", service: "a", until: null, reason: "deploy", at: AT },
  { kind: "drain", id: "d1", node: "n1", force: false, reason: "", at: AT },
  {
    kind: "moves",
    id: "m1",
    operation: "o1",
    act: "apply",
    by: "ann",
    decision: "elsewhere",
    moves: orderedMovesOf(DECISION.moves),
    until: LATER,
    reason: "",
    at: AT,
    progress: NO_PROGRESS,
  },
];
/** Of what was ordered meanwhile the last few stand too: of thousands each request would take longer. */
const LATELY = 6;

/** The API over a fake swarm whose orders stand, with all that it leaves behind. */
export interface RoutesWorld {
  readonly port: number;
  readonly operations: readonly Operation[];
  /** Where the description's references lead. */
  readonly parts: Readonly<Record<string, JsonSchema>>;
  mood: Mood;
  /** All that was ordered, written or created so far, as one text. */
  readonly traces: () => string;
  /** What went wrong inside, as the log has it. */
  readonly faults: readonly string[];
  /** Holds an answer to what the description says of it. */
  readonly check: (operation: Operation, answer: Pick<Answer, "status" | "type" | "text">) => void;
}

/** Starts it; it stops with the test file. */
export async function startRoutesWorld(): Promise<RoutesWorld> {
  const book = fakeOrderBook();
  const docker = await startFakeDocker(SWARM);
  const left = { notes: 0, deeds: 0 };
  const faults: string[] = [];
  const observe = (): Promise<{ snapshot: Snapshot; leads: boolean }> => {
    const orders = world.mood === "quiet" ? [] : [...ORDERS, ...book.given.slice(-LATELY)];
    const doubts = ["the swarm cannot be read: it is away"];
    const blind = world.mood === "blind" ? { inputs: [{ source: "swarm", ageSeconds: null, doubts }] } : {};
    return Promise.resolve({ snapshot: { ...SWARM, orders, ...blind } as Snapshot, leads: leads() });
  };
  const leads = (): boolean => world.mood !== "standby";
  const { parts, journal, counted, looks } = apiPartsFor({
    observe,
    leads,
    // What makes the loop look is an order's trace, but for alerts.
    onAlerts: () => undefined,
    orders: {
      ...book,
      note: (id, progress) => {
        left.notes += 1;
        return book.note(id, progress);
      },
    },
    nodeWriter: book,
    daily: {
      ...createDailyEditors(docker.docker),
      rules: { allow: DAILY_ACTS },
      onDeed: () => (left.deeds += 1),
    },
    agents: {
      minute: () => Promise.resolve(MINUTE),
      follow: () => Promise.resolve(followed),
    },
  });
  journal.write({ trigger: "start", decision: DECISION, leads: true, withheld: null, results: [] });
  const server = await startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      registry: createMetrics("advise").registry,
      readiness: () => ({ ready: true, reason: "ok" }),
      log: logInto(faults),
      routes: routesOf(parts),
    },
  );
  after(() => server.stop(0));
  const { operations, schemas, check } = describedBy(endpointsOf(parts));
  const versions = (): readonly number[] =>
    [...Object.values(docker.services), ...Object.values(docker.nodes), docker.swarm].map(
      ({ version }) => version,
    );
  const world: RoutesWorld = {
    port: server.port,
    operations,
    parts: schemas,
    mood: "quiet",
    traces: () => {
      const created = counted.filter((each) => /^(created|followed) /.test(each)).length;
      const counts = [book.given.length, book.done.length, looks.length, created];
      return JSON.stringify([counts, left, versions()]);
    },
    faults,
    check,
  };
  return world;
}

async function* followed(): AsyncGenerator<string> {
  yield await Promise.resolve("event: minute\ndata: {}\n\n");
}

/** A log that keeps only what is logged as an error. */
function logInto(faults: string[]): Log {
  return pino({ level: "error" }, { write: (line: string) => faults.push(line) });
}

interface Described {
  readonly operationId: string;
  readonly parameters: Operation["parameters"];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> }>
  >;
}

/** The operations as the document that is served tells of them, and what holds answers to it. */
function describedBy(endpoints: ReturnType<typeof endpointsOf>): {
  readonly operations: readonly Operation[];
  readonly schemas: RoutesWorld["parts"];
  readonly check: RoutesWorld["check"];
} {
  const document = JSON.parse(JSON.stringify(openApiOf(endpoints, "0.0.0"))) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
    readonly components: { readonly schemas: RoutesWorld["parts"] };
  };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "doc", ...document }, "doc");
  const acts = new Set(endpoints.filter(isAct).map(({ id }) => id));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: id, parameters, requestBody, responses }]) => ({
      id,
      method: method.toUpperCase(),
      path,
      acts: acts.has(id),
      parameters,
      body: requestBody?.content["application/json"]?.schema ?? null,
      statuses: Object.keys(responses).map(Number),
    })),
  );
  const check: RoutesWorld["check"] = ({ id, method, path }, { status, type, text }) => {
    const content = document.paths[path]?.[method.toLowerCase()]?.responses[String(status)]?.content;
    assert.ok(content !== undefined, `${id} answered ${status}, of which the document says nothing: ${text}`);
    const [media = ""] = Object.keys(content);
    if (content[media]?.schema === undefined || type.startsWith("text/event-stream")) return;
    assert.ok(type.startsWith(media), `${id} ${status} is ${type}, not ${media}`);
    const validate = validatorAt(ajv, ["paths", path, method.toLowerCase(), "responses", status, media]);
    assert.ok(validate(JSON.parse(text)), `${id} ${status}: ${JSON.stringify(validate.errors)} in ${text}`);
  };
  return { operations, schemas: document.components.schemas, check };
}

function validatorAt(ajv: Ajv2020, place: readonly (string | number)[]): ValidateFunction {
  const [paths, path, method, responses, status, media] = place.map((part) =>
    encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1")),
  );
  const pointer = [paths, path, method, responses, status, "content", media, "schema"].join("/");
  const validate = ajv.getSchema(`doc#/${pointer}`);
  assert.ok(validate !== undefined, `no schema at ${pointer}`);
  return validate;
}
