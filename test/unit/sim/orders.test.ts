import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Reply } from "../../../scheduler/api/http/endpoint.ts";
import { endpointsOf } from "../../../scheduler/api/routes.ts";
import { UNCHANGING } from "../../../scheduler/api/acts/reload.ts";
import type { Operation } from "../../../scheduler/api/schemas/operations.ts";
import { apiPartsOf } from "../../../scheduler/api-parts.ts";
import { readSchedulerConfig } from "../../../scheduler/config.ts";
import { ballastOn, startLoop, type BallastParts } from "../../../sim/ballast.ts";
import { madeUpLoads, type ServiceLoad } from "../../../sim/loads.ts";
import { LITTLE_EFFORT } from "../../support/decide-lightly.ts";
import { SILENT } from "../../support/silent-log.ts";
import { aSimSwarm, aSpec, GIB, pass, placesOf } from "./fixture.ts";

const MINUTE_MS = 60_000;
const ANN = { name: "ann", role: "admin" } as const;

interface Ask {
  readonly params?: object;
  readonly body?: object;
  readonly query?: object;
  readonly key?: string;
}

/** Two workers, all on the first, and a scheduler in the mode `advise` with its API. */
function advised() {
  const swarm = aSimSwarm(2, {}, { seed: 1 });
  const services = new Map<string, ServiceLoad>();
  const ids = ["web", "search", "render"].map((name) => {
    const id = swarm.createService(aSpec({ name, placement: { Constraints: ["node.role==worker"] } }));
    services.set(id, { cpuCores: 1.2, memoryBytes: GIB / 3 });
    return id;
  });
  pass(swarm, 600);
  swarm.join({ id: "n3", hostname: "n3", resources: { cpuCores: 4, memoryBytes: 8 * GIB } });
  pass(swarm, 600);
  const loads = madeUpLoads({ services, beside: { cpuCores: 0.1, memoryBytes: GIB / 2 }, noise: 0, seed: 1 });
  const config = readSchedulerConfig({ BALLAST_LOAD_HISTORY: "0s" });
  const start = () => {
    const parts = ballastOn({ swarm, loads, config, log: SILENT, effort: LITTLE_EFFORT });
    return { parts, loop: startLoop(parts, swarm, 60) };
  };
  const begun = start();
  return {
    swarm,
    ids,
    start,
    ...begun,
    ask: (id: string, asked: Ask = {}, { parts, loop } = begun) =>
      swarm.clock.turn(answerOf(parts, loop, config, id, asked)),
    async minutes(count: number) {
      await swarm.clock.turnUntil(swarm.clock.now() + count * MINUTE_MS);
    },
  };
}

type Stage = ReturnType<typeof advised>;

async function answerOf(
  parts: BallastParts,
  loop: ReturnType<typeof startLoop>,
  config: ReturnType<typeof readSchedulerConfig>,
  id: string,
  { params = {}, body = {}, query = {}, key }: Ask,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const api = apiPartsOf(config, parts, parts.clock, {
    look: loop.look.bind(loop),
    leads: () => true,
    reloader: UNCHANGING,
    rest: () => loop.rest(),
  });
  const endpoint = endpointsOf(api).find((each) => each.id === id);
  assert.ok(endpoint !== undefined, id);
  const call = { params, body, query, caller: ANN, key: key ?? null };
  return shown(await endpoint.answer(call));
}

function shown(reply: Reply): { readonly status: number; readonly body: unknown } {
  if (reply.kind === "json") return { status: reply.status, body: reply.body };
  if (reply.kind === "text") return { status: 200, body: JSON.parse(reply.text) as unknown };
  assert.ok(reply.kind === "problem", reply.kind);
  return { status: reply.problem.status, body: reply.problem };
}

const EARNEST = { dryRun: "false" };

async function ended({ loop, parts, swarm }: Stage): Promise<void> {
  await swarm.clock.turn(loop.stop());
  parts.journal.close();
}

function operationIn(body: unknown): Operation {
  const { operation } = body as { readonly operation: Operation };
  return operation;
}

async function followed(stage: Stage, id: string | null): Promise<Operation> {
  const { body } = await stage.ask("getOperation", { params: { operation: id ?? "" } });
  return body as Operation;
}

function specOf({ swarm, ids }: Stage, at: number): Readonly<Record<string, unknown>> {
  return swarm.store.services.get(ids[at] ?? "")?.spec ?? {};
}

describe("a move that a person orders", () => {
  it("is told of only, unless it is meant; then it lands at once, in the mode advise too, and leaves the spec as it was", async () => {
    const stage = advised();
    const before = structuredClone(specOf(stage, 0));
    const wanted = { params: { service: "web" }, body: { to: "n3", reason: "its disk" } };
    const told = await stage.ask("moveTask", wanted);
    assert.equal(told.status, 200);
    assert.equal(operationIn(told.body).state, "proposed");
    await stage.minutes(5);
    assert.deepEqual(placesOf(stage.swarm, stage.ids[0] ?? ""), ["n2"]);
    const given = await stage.ask("moveTask", { ...wanted, query: EARNEST });
    assert.equal(given.status, 202);
    const { id } = operationIn(given.body);
    await stage.minutes(2);
    assert.deepEqual(placesOf(stage.swarm, stage.ids[0] ?? ""), ["n3"]);
    assert.deepEqual(specOf(stage, 0), { ...before, Labels: {} });
    const operation = await followed(stage, id);
    assert.deepEqual([operation.state, operation.by, operation.moves[0]?.outcome], ["done", "ann", "landed"]);
    assert.equal((await stage.ask("moveTask", { ...wanted, query: EARNEST })).status, 200, "it stands there");
    // An hour later nobody needs to be told any more.
    await stage.minutes(62);
    assert.equal(stage.swarm.store.configs.size, 0);
    await ended(stage);
  });

  it("is refused with the rule that speaks against it, and nothing is written", async () => {
    const stage = advised();
    for (const [service, to, status] of [
      ["web", "n1", 409],
      ["web", "nowhere", 404],
      ["nothing", "n3", 404],
    ] as const) {
      const answer = await stage.ask("moveTask", { params: { service }, body: { to }, query: EARNEST });
      assert.equal(answer.status, status, JSON.stringify(answer.body));
    }
    assert.equal(stage.swarm.store.configs.size, 0);
    await ended(stage);
  });

  it("is carried out once, however often it is asked for by one key", async () => {
    const stage = advised();
    const wanted = { params: { service: "web" }, body: { to: "n3" }, query: EARNEST, key: "k-1" };
    const first = await stage.ask("moveTask", wanted);
    assert.deepEqual(await stage.ask("moveTask", wanted), first);
    assert.equal((await stage.ask("moveTask", { ...wanted, body: { to: "n2" } })).status, 422);
    assert.equal((await stage.ask("moveTask", { ...wanted, key: "a b" })).status, 400);
    await stage.minutes(2);
    assert.equal(stage.parts.journal.moves(0).length, 1);
    // A day later the key is forgotten.
    await stage.minutes(25 * 60);
    assert.equal(stage.swarm.store.configs.size, 0);
    await ended(stage);
  });

  it("is made by the next scheduler when the first is stopped before it", async () => {
    const stage = advised();
    await stage.swarm.clock.turn(stage.loop.stop());
    const asked = { params: { service: "web" }, body: { to: "n3" }, query: EARNEST };
    const { id } = operationIn((await stage.ask("moveTask", asked)).body);
    await stage.minutes(5);
    assert.deepEqual(placesOf(stage.swarm, stage.ids[0] ?? ""), ["n2"]);
    const next = stage.start();
    await stage.minutes(2);
    assert.deepEqual(placesOf(stage.swarm, stage.ids[0] ?? ""), ["n3"]);
    assert.equal((await followed(stage, id)).state, "done");
    await stage.swarm.clock.turn(next.loop.stop());
    next.parts.journal.close();
    stage.parts.journal.close();
  });
});

describe("a plan", () => {
  it("that was advised is carried out when a person applies it, and once only", async () => {
    const stage = advised();
    await stage.minutes(15);
    const entry = stage.parts.journal.entries().find(({ decision }) => decision.outcome === "plan");
    assert.ok(entry !== undefined, "a plan was advised");
    const params = { decision: entry.decision.id };
    const given = await stage.ask("applyPlan", { params, query: EARNEST });
    assert.equal(given.status, 202, JSON.stringify(given.body));
    assert.equal((await stage.ask("applyPlan", { params, query: EARNEST })).status, 409);
    await stage.minutes(5);
    assert.equal((await followed(stage, operationIn(given.body).id)).state, "done");
    const moved = entry.decision.moves[0];
    assert.ok(moved !== undefined);
    assert.deepEqual(placesOf(stage.swarm, moved.serviceId), [moved.to]);
    const again = await stage.ask("applyPlan", { params, query: EARNEST });
    assert.equal(again.status, 409, "the swarm has moved on");
    await ended(stage);
  });

  it("is made and carried out on request, of one service only if so asked", async () => {
    const stage = advised();
    await stage.minutes(15);
    const none = await stage.ask("rebalance", { body: { node: "n3" } });
    assert.deepEqual([none.status, operationIn(none.body)], [200, null]);
    const given = await stage.ask("rebalance", { body: { service: "render" }, query: EARNEST });
    assert.equal(given.status, 202, JSON.stringify(given.body));
    await stage.minutes(3);
    assert.deepEqual(placesOf(stage.swarm, stage.ids[2] ?? ""), ["n3"]);
    await ended(stage);
  });

  it("that is cancelled begins no other move", async () => {
    const stage = advised();
    await stage.swarm.clock.turn(stage.loop.stop());
    const given = await stage.ask("moveTask", {
      params: { service: "web" },
      body: { to: "n3" },
      query: EARNEST,
    });
    const params = { operation: operationIn(given.body).id ?? "" };
    assert.equal((await stage.ask("cancelOperation", { params })).status, 200);
    assert.equal((await followed(stage, params.operation)).state, "running", "it was a dry run");
    assert.equal((await stage.ask("cancelOperation", { params, query: EARNEST })).status, 200);
    assert.equal((await stage.ask("cancelOperation", { params, query: EARNEST })).status, 409);
    const next = stage.start();
    await stage.minutes(3);
    assert.deepEqual(placesOf(stage.swarm, stage.ids[0] ?? ""), ["n2"]);
    await stage.swarm.clock.turn(next.loop.stop());
    next.parts.journal.close();
    stage.parts.journal.close();
  });
});

describe("a service that is created through the API", () => {
  const asked = (name: string, replicas: number) => ({
    body: {
      spec: aSpec({ name, replicas, placement: { Constraints: ["node.role==worker"] } }),
      expected: { cpuCores: 0.5, memoryBytes: GIB / 4 },
    },
    query: EARNEST,
  });

  it("starts on the nodes that were told beforehand, and is then as its owner sent it", async () => {
    const stage = advised();
    await stage.minutes(15);
    const { body } = await stage.ask("createService", { ...asked("new", 1), query: {} });
    assert.equal(stage.swarm.serviceNamed("new"), null, "it was a dry run");
    const given = await stage.ask("createService", asked("new", 1));
    assert.equal(given.status, 202, JSON.stringify(given.body));
    const [{ node } = { node: "" }] = (body as { readonly replicas: readonly { readonly node: string }[] })
      .replicas;
    assert.equal(node, "n3", "the empty one");
    await stage.minutes(2);
    const service = stage.swarm.serviceNamed("new");
    assert.deepEqual(placesOf(stage.swarm, service?.id ?? ""), [node]);
    assert.deepEqual(service?.spec, { ...asked("new", 1).body.spec, Labels: {} });
    assert.equal((await stage.ask("createService", asked("new", 1))).status, 409);
    await ended(stage);
  });

  it("is let go of when its tasks cannot start, and by the next scheduler when the first is gone", async () => {
    const stage = advised();
    await stage.minutes(15);
    await stage.swarm.clock.turn(stage.loop.stop());
    await stage.swarm.clock.turn(stage.parts.creations.stop());
    const given = await stage.ask("createService", asked("new", 2));
    assert.equal(given.status, 202, JSON.stringify(given.body));
    const steered = stage.swarm.serviceNamed("new")?.spec["Labels"] as Readonly<Record<string, string>>;
    assert.ok(steered["ballast.steer"]?.includes("create-"));
    const next = stage.start();
    await stage.minutes(2);
    assert.deepEqual(stage.swarm.serviceNamed("new")?.spec["Labels"], {});
    await stage.swarm.clock.turn(next.loop.stop());
    next.parts.journal.close();
    stage.parts.journal.close();
  });
});

describe("uninstalling over the API", () => {
  it("tells what is there, takes it out, and begins nothing more", async () => {
    const stage = advised();
    await stage.ask("pause", { query: EARNEST });
    const told = await stage.ask("uninstall");
    assert.deepEqual(told.body, {
      dryRun: true,
      clean: false,
      moves: [],
      unreadable: [],
      orders: ["ballast.pause"],
      ownLabels: [],
      detail: "nothing was taken out",
    });
    const done = await stage.ask("uninstall", { query: EARNEST });
    assert.deepEqual([done.status, (done.body as { readonly clean: boolean }).clean], [200, true]);
    assert.equal(stage.swarm.store.configs.size, 0);
    await stage.ask("moveTask", { params: { service: "web" }, body: { to: "n3" }, query: EARNEST });
    await stage.minutes(3);
    assert.deepEqual(placesOf(stage.swarm, stage.ids[0] ?? ""), ["n2"], "it rests");
    await ended(stage);
  });
});
