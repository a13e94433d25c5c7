import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openApiOf } from "../../../../scheduler/api/description/openapi.ts";
import { endpointsOf } from "../../../../scheduler/api/routes.ts";
import { orderedMovesOf } from "../../../../scheduler/api/acts/ordered.ts";
import { NO_PROGRESS, type Order } from "../../../../scheduler/domain/order.ts";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { aPolicy, NOW } from "../../../support/swarm-builder.ts";
import { apiPartsFor, startApi, SWARM, TOKEN } from "./server.ts";

const AT = new Date(NOW).toISOString();
const DECISION = decide(SWARM, aPolicy(), NOW);
const ORDERS: readonly Order[] = [
  { kind: "pause", id: "p1", service: "a", until: null, reason: "deploy", at: AT },
  { kind: "drain", id: "d1", node: "n1", force: false, reason: "", at: AT },
  { kind: "reset", id: "r1", until: AT, reason: "", at: AT },
  {
    kind: "moves",
    id: "m1",
    operation: "o1",
    act: "apply",
    by: "ann",
    decision: "elsewhere",
    moves: orderedMovesOf(DECISION.moves),
    until: AT,
    reason: "",
    at: AT,
    progress: NO_PROGRESS,
  },
];
const ENDPOINTS = endpointsOf(apiPartsFor().parts);
const DOCUMENT = openApiOf(ENDPOINTS, "0.0.0");

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: "doc", ...(JSON.parse(JSON.stringify(DOCUMENT)) as object) }, "doc");

/** Checks what an operation answered against what the document says of it. */
function checkerFor(path: string, method: string, status: number): ValidateFunction {
  const pointer = ["paths", path, method, "responses", String(status), "content"]
    .map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1"))
    .join("/");
  const content = (DOCUMENT.paths[path]?.[method] as { responses: Record<string, { content: object }> })
    .responses[status]?.content;
  assert.ok(
    content !== undefined,
    `${method} ${path} answered ${status}, of which the document says nothing`,
  );
  const [type = ""] = Object.keys(content);
  const validate = ajv.getSchema(`doc#/${pointer}/${encodeURIComponent(type.replaceAll("/", "~1"))}/schema`);
  assert.ok(validate !== undefined, `${method} ${path} ${status} has no schema`);
  return validate;
}

async function startBusyApi(): ReturnType<typeof startApi> {
  const api = await startApi({
    observe: () => Promise.resolve({ snapshot: { ...SWARM, orders: ORDERS }, leads: true }),
  });
  api.journal.write({ trigger: "start", decision: DECISION, leads: true, withheld: null, results: [] });
  return api;
}

const POD = {
  Pod: { spec: { containers: [{ resources: { requests: { cpu: "100m", memory: "64Mi" } } }] } },
  NodeNames: ["n1", "n2"],
};

/** A call that comes to something, by the operation's id. */
const CALLS: Readonly<Record<string, readonly [query: string, body?: unknown]>> = {
  getState: [""],
  listNodes: [""],
  getNode: [""],
  listServices: [""],
  getService: [""],
  listTasks: ["?service=a&state=running&limit=1"],
  getDecision: [""],
  listMoves: ["?within=7d"],
  getConfig: [""],
  getPlan: [""],
  explain: ["?service=a"],
  listDecisions: ["?limit=5"],
  getSnapshot: [""],
  getGovernor: [""],
  exportHistory: [""],
  followEvents: ["?types=move"],
  getRecent: ["?containers=none"],
  listPrices: [""],
  listOrders: [""],
  pause: ["?dryRun=false", { service: "b", for: "1h", reason: "why" }],
  resume: ["?dryRun=false", { service: "a" }],
  resetBreaker: ["?dryRun=false", {}],
  forecastDrain: [""],
  drainNode: ["?dryRun=false", { reason: "kernel" }],
  restoreNode: ["?dryRun=false", {}],
  rebalance: ["?dryRun=false", { node: "n1", most: 1 }],
  moveTask: ["?dryRun=false", { to: "n2", reason: "its disk" }],
  applyPlan: ["?dryRun=false", {}],
  cancelPlan: ["?dryRun=false", {}],
  reload: ["?dryRun=false", {}],
  uninstall: ["?dryRun=false", {}],
  listOperations: [""],
  getOperation: [""],
  cancelOperation: ["", {}],
  scaleService: ["?dryRun=false", { replicas: 2 }],
  restartService: ["?dryRun=false", {}],
  imageService: ["?dryRun=false", { image: "a:2" }],
  rollbackService: ["?dryRun=false", {}],
  setNodeLabels: ["?dryRun=false", { set: { a: "1" } }],
  setNodeAvailability: ["?dryRun=false", { availability: "pause" }],
  setNodeRole: ["?dryRun=false", { role: "manager" }],
  tellJoinToken: ["?dryRun=false", { role: "worker" }],
  createService: [
    "?dryRun=false",
    { spec: { Name: "web", TaskTemplate: {} }, expected: { cpuCores: 0.1, memoryBytes: 1 } },
  ],
  rankPlacement: ["", { service: { name: "web" }, expected: { cpuCores: 0.1, memoryBytes: 1 } }],
  extenderFilter: ["", POD],
  extenderPrioritize: ["", POD],
  alertmanagerHook: ["", { version: "4", alerts: [] }],
};

describe("the API's description", () => {
  it("is sound OpenAPI 3.1, and has every endpoint once", async () => {
    const { valid, errors } = await new Validator().validate(
      JSON.parse(JSON.stringify(DOCUMENT)) as Record<string, unknown>,
    );
    assert.ok(valid, JSON.stringify(errors));
    const ids = ENDPOINTS.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const described = Object.values(DOCUMENT.paths).flatMap((operations) => Object.keys(operations));
    assert.equal(described.length, ids.length);
  });

  it("is served as JSON and as a page that names every operation", async () => {
    const api = await startApi();
    assert.deepEqual(
      ((await (await fetch(`${api.url}/openapi.json`)).json()) as typeof DOCUMENT).paths,
      JSON.parse(JSON.stringify(DOCUMENT.paths)),
    );
    const page = await fetch(`${api.url}/docs`);
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    const text = await page.text();
    for (const { id } of ENDPOINTS) assert.ok(text.includes(`id="${id}"`), id);
  });
});

describe("an answer is what the description says", () => {
  for (const { id, method, path } of ENDPOINTS) {
    it(`of ${id}`, async () => {
      const call = CALLS[id];
      assert.ok(call !== undefined, "give the operation a call in CALLS");
      const [query, body] = call;
      const api = await startBusyApi();
      const url = `${api.url}${path.replace("{node}", "n1").replace("{service}", "a").replace("{decision}", DECISION.id).replace("{operation}", "o1")}`;
      const ask = (more: string, token: string): Promise<Response> =>
        fetch(url + more, {
          method: method.toUpperCase(),
          headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
          ...(method === "post" ? { body: JSON.stringify(body) } : {}),
        });
      for (const response of [
        await ask(query, TOKEN),
        await ask(`${query}${query === "" ? "?" : "&"}surplus=1`, TOKEN),
        await ask(query, "wrong"),
      ]) {
        const type = response.headers.get("content-type") ?? "";
        if (type.startsWith("text/event-stream")) {
          // It has no end, and each of its events is checked where they are made.
          await response.body?.cancel();
          continue;
        }
        const text = await response.text();
        if (response.headers.get("content-type")?.startsWith("application/x-ndjson") === true) continue;
        const validate = checkerFor(path, method, response.status);
        assert.ok(
          validate(JSON.parse(text)),
          `${response.status}: ${JSON.stringify(validate.errors)} in ${text}`,
        );
      }
    });
  }
});
