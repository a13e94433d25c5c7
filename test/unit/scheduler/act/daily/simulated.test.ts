import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createServiceEditor } from "../../../../../scheduler/act/daily/service-editor.ts";
import { createSwarmGateway } from "../../../../../scheduler/act/gateway.ts";
import { updateProgress, type UpdateProgress } from "../../../../../scheduler/decide/update-progress.ts";
import type { ServiceChange, UpdateMark } from "../../../../../scheduler/domain/daily.ts";
import { dockerOf } from "../../../../../sim/docker/docker.ts";
import type { Swarm } from "../../../../../sim/swarm/swarm.ts";
import { aSimSwarm, aSpec, pass, rewrite } from "../../../sim/fixture.ts";

/** A service of two replicas on a simulated swarm whose nodes have web:1 and web:2, at rest. */
function ground(update: Readonly<Record<string, unknown>> = {}) {
  const swarm = aSimSwarm(2, { images: ["web:1", "web:2"] });
  const id = swarm.createService(aSpec({ replicas: 2, update: { Parallelism: 1, ...update } }));
  pass(swarm, 10);
  const docker = dockerOf(swarm);
  const editor = createServiceEditor(docker, createSwarmGateway(docker));
  return {
    swarm,
    id,
    write: async (change: ServiceChange): Promise<UpdateMark> => {
      const draft = await editor.draft(id, change);
      assert.ok(draft !== null);
      const written = await editor.write(draft);
      assert.ok(written.outcome === "written");
      return { serviceId: id, version: written.version, digest: written.digest };
    },
    progress: async (mark: UpdateMark): Promise<UpdateProgress> => {
      const look = await editor.look(id);
      return updateProgress(look?.service ?? null, look?.tasks ?? [], mark);
    },
  };
}

/** The states that an update goes through, each once, in a minute. */
async function course(
  swarm: Swarm,
  progress: () => Promise<UpdateProgress>,
): Promise<readonly UpdateProgress["state"][]> {
  const states: UpdateProgress["state"][] = [];
  for (let half = 0; half < 120; half += 1) {
    const { state } = await progress();
    if (states.at(-1) !== state) states.push(state);
    pass(swarm, 0.5);
  }
  return states;
}

describe("an update that was asked for, on the simulated swarm", () => {
  const WELL: readonly ServiceChange[] = [
    { act: "scale", replicas: 4 },
    { act: "scale", replicas: 1 },
    { act: "restart" },
    { act: "image", image: "web:2" },
  ];
  for (const change of WELL)
    it(`runs until it is done: ${JSON.stringify(change)}`, async () => {
      const { swarm, write, progress } = ground();
      const mark = await write(change);
      assert.deepEqual(await course(swarm, () => progress(mark)), ["running", "done"]);
    });

  it("runs until it is done: back to what was before", async () => {
    const { swarm, id, write, progress } = ground();
    await write({ act: "image", image: "web:2" });
    pass(swarm, 60);
    const mark = await write({ act: "rollback" });
    assert.deepEqual(await course(swarm, () => progress(mark)), ["running", "done"]);
    assert.match(JSON.stringify(swarm.store.services.get(id)?.spec), /web:1/);
  });

  it("fails where Swarm pauses it, and where the owner has Swarm go back", async () => {
    for (const FailureAction of ["pause", "rollback"]) {
      const { swarm, write, progress } = ground({ FailureAction, Order: "start-first" });
      const mark = await write({ act: "image", image: "web:nowhere" });
      assert.deepEqual(await course(swarm, () => progress(mark)), ["running", "failed"], FailureAction);
    }
  });

  it("goes on running while nothing can take a task, and says why", async () => {
    const { swarm, id, write, progress } = ground();
    const spec = aSpec({ replicas: 2, placement: { MaxReplicas: 1 } });
    rewrite(swarm, id, spec);
    pass(swarm, 30);
    const mark = await write({ act: "scale", replicas: 3 });
    pass(swarm, 60);
    const { state, detail } = await progress(mark);
    assert.equal(state, "running");
    assert.match(detail, /^2 of 3 tasks run; task .* is pending: no suitable node/);
  });

  it("is superseded once somebody else writes, or removes the service", async () => {
    const { swarm, id, write, progress } = ground();
    const mark = await write({ act: "restart" });
    rewrite(swarm, id, aSpec({ replicas: 2, image: "web:2" }));
    assert.equal((await progress(mark)).state, "superseded");
    swarm.removeService(id);
    assert.equal((await progress(mark)).state, "superseded");
  });

  it("stays done when tasks fail and start again later", async () => {
    const { swarm, id, write, progress } = ground();
    const mark = await write({ act: "restart" });
    pass(swarm, 60);
    const [task] = swarm.store.tasksOf(id).filter(({ state }) => state === "running");
    assert.ok(task !== undefined);
    swarm.crash(task.id, "exit 1");
    pass(swarm, 30);
    assert.equal((await progress(mark)).state, "done");
  });
});
