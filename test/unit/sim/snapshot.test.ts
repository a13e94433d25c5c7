import assert from "node:assert/strict";
import { describe, it } from "node:test";
import axios from "axios";
import { startHttpServer } from "../../../common/http/server.ts";
import { routerOf } from "../../../scheduler/api/http/router.ts";
import { snapshotEndpoint } from "../../../scheduler/api/reads/snapshot.ts";
import { readSchedulerConfig } from "../../../scheduler/config.ts";
import { ballastOn } from "../../../sim/ballast.ts";
import { createClock } from "../../../sim/clock.ts";
import { madeUpLoads } from "../../../sim/loads.ts";
import { loadsOf, readSnapshot, takeUp } from "../../../sim/snapshot.ts";
import { isUp } from "../../../sim/swarm/states.ts";
import { createSwarm, type Swarm } from "../../../sim/swarm/swarm.ts";
import { demands } from "../../../sim/truth.ts";
import { SILENT } from "../../support/silent-log.ts";
import { aSimSwarm, aSpec, GIB, pass, placesOf } from "./fixture.ts";

const HOUR = 3600;

/** What a scheduler on this swarm answers to `GET /v1/snapshot`. */
async function exported(env: Readonly<Record<string, string>>) {
  const swarm = aSimSwarm(4);
  const zones = { Preferences: [{ Spread: { SpreadDescriptor: "node.labels.zone" } }], MaxReplicas: 2 };
  const web = swarm.createService(aSpec({ replicas: 5, placement: zones, memoryBytes: GIB }));
  const agent = swarm.createService({ ...aSpec({ name: "agent" }), Mode: { Global: {} } });
  const services = new Map([
    [web, { cpuCores: 0.5, memoryBytes: GIB, daily: 0.5 }],
    [agent, { cpuCores: 0.05, memoryBytes: GIB / 16 }],
  ]);
  const loads = madeUpLoads({ services, beside: { cpuCores: 0.1, memoryBytes: GIB / 2 } });
  pass(swarm, 26 * HOUR);
  const parts = ballastOn({ swarm, loads, config: readSchedulerConfig(env), log: SILENT });
  const server = await startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      registry: parts.metrics.registry,
      readiness: () => ({ ready: true, reason: "" }),
      log: SILENT,
      routes: [
        routerOf({
          endpoints: [snapshotEndpoint(parts.observe)],
          access: { tokens: [], openReads: true },
          onServed: () => undefined,
        }),
      ],
    },
  );
  const url = `http://127.0.0.1:${server.port}/v1/snapshot`;
  const { data } = await axios.get<string>(url, {
    responseType: "text",
    transformResponse: (text: string) => text,
  });
  await server.stop(0);
  parts.journal.close();
  return { swarm, loads, web, agent, text: data };
}

function takenUp(text: string): Swarm {
  const file = readSnapshot(text);
  const swarm = createSwarm({ clock: createClock(file.takenAtMs) });
  takeUp(swarm, file);
  return swarm;
}

describe("a simulated swarm from a snapshot", () => {
  it("stands as the live one stood, and stays so", async () => {
    const { swarm, web, agent, text } = await exported({ BALLAST_LOAD_HISTORY: "0s" });
    const taken = takenUp(text);
    const running = [...taken.store.tasks.values()].filter(isUp);
    assert.deepEqual(running.map(({ id }) => id).sort(), [...swarm.store.tasks.keys()].sort());
    pass(taken, HOUR);
    for (const id of [web, agent]) assert.deepEqual(placesOf(taken, id), placesOf(swarm, id));
    assert.deepEqual(
      [...taken.store.tasks.values()].filter(isUp).map(({ id }) => id),
      running.map(({ id }) => id),
    );
  });

  it("lives on by Swarm's rules: what a node loses is restarted within the owner's limits", async () => {
    const { web, text } = await exported({ BALLAST_LOAD_HISTORY: "0s" });
    const taken = takenUp(text);
    taken.lose("n2");
    pass(taken, 120);
    const places = placesOf(taken, web);
    assert.equal(places.length, 5);
    assert.ok(!places.includes("n2"));
    for (const id of ["n1", "n3", "n4"]) assert.ok(places.filter((place) => place === id).length <= 2);
  });

  it("asks of each node what was measured there, and with a history goes on with its day", async () => {
    const flat = await exported({ BALLAST_LOAD_HISTORY: "0s" });
    const taken = takenUp(flat.text);
    const measured = demands(taken, loadsOf(readSnapshot(flat.text)));
    for (const [id, { cpuCores }] of demands(flat.swarm, flat.loads))
      assert.ok(Math.abs((measured.get(id)?.cpuCores ?? 0) - cpuCores) < 0.05 * cpuCores, id);

    const { swarm, loads, web, text } = await exported({});
    const known = loadsOf(readSnapshot(text));
    const [task] = swarm.store.tasksOf(web).filter(isUp);
    assert.ok(task !== undefined);
    const replica = { taskId: task.id, serviceId: web, slot: task.slot, nodeId: task.nodeId };
    for (let hour = 1; hour <= 48; hour += 5) {
      const atMs = swarm.clock.now() + hour * HOUR * 1000;
      const [guess, truth] = [known.ofTask(replica, atMs).cpuCores, loads.ofTask(replica, atMs).cpuCores];
      assert.ok(Math.abs(guess - truth) < 0.05, `${guess} for ${truth} in ${hour} h`);
      const moved = { ...replica, taskId: "another" };
      assert.equal(known.ofTask(moved, atMs).cpuCores, guess, "who takes its place does its work");
    }
  });

  it("refuses a file that is none, and names the place", () => {
    assert.throws(
      () => readSnapshot('{"takenAtMs": 1, "nodes": [{"id": 7}]}'),
      /no snapshot of GET \/v1\/snapshot[^]*nodes\[0\]\.id/,
    );
  });
});
