// What else may happen while a move is under way: its owner writes, a node fails, Prometheus goes. After each the
// service is whole and its owner's, and never had fewer containers than Swarm alone would have kept. A target node that
// hangs, beside one that is killed or cut off, is taken with BALLAST_E2E_MATRIX=full only: each takes a minute.
import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import { fault, waitFor, type Fault } from "../../lab/lab.ts";
import { docker } from "../e2e/support/container.ts";
import { moveUnderWay, report, restsAs, resultOf, settles } from "./support/fault-around.ts";
import { openTestLab, runningTasks, servicesOf, type TestLab } from "../e2e/support/lab.ts";
import { edit, removeAll } from "../e2e/support/workload.ts";

type Spec = Readonly<Record<string, unknown>>;

const WORKERS = ["node2", "node3", "node4"];

const TARGET_FAULTS: readonly Fault[] =
  process.env["BALLAST_E2E_MATRIX"] === "full" ? ["kill", "hang", "partition"] : ["kill", "partition"];

describe("a move under way, and around it", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
  });
  after(() => removeAll(test.docker));

  it("gives way when the service is scaled", async (context) => {
    const move = await moveUnderWay(context, test, "scaled");
    await docker(test.nodeNamed("node1"), "service", "scale", "--detach", `${move.moved.name}=2`);
    const scaled = { ...(move.moved.spec as Spec), Mode: { Replicated: { Replicas: 2 } } };
    // The updater begins anew with the owner's write, finds that only the new task fits, and keeps that one though it does
    // not run yet. No write of ours comes into it: such a gap is told of, not forbidden.
    await settles(test, "scaled", move, { spec: scaled, outcomes: ["gave_way"], mayGap: true });
  });

  it("gives way when the service is deployed anew", async (context) => {
    const move = await moveUnderWay(context, test, "deployed");
    const spec = withEnv(move.moved.spec as Spec, "OWNER=was-here");
    // As `docker stack deploy` does it: the whole spec, whatever was there.
    await edit(test.docker, move.moved.name, () => spec);
    await settles(test, "deployed anew", move, { spec, outcomes: ["gave_way"] });
    const [task] = await runningTasks(test.docker, move.moved.name);
    assert.ok(task?.Spec.ContainerSpec.Env?.includes("OWNER=was-here"));
  });

  it("gives way when the service is rolled back", async (context) => {
    const move = await moveUnderWay(context, test, "rolled");
    await docker(test.nodeNamed("node1"), "service", "rollback", "--detach", move.moved.name);
    // Steering is what came last, so the rollback takes that back, and leaves nothing of ours to take out with care: of
    // the old task and the one that starts, Swarm keeps the one it meets first. Such a gap is told of, not forbidden.
    await settles(test, "rolled back", move, { outcomes: ["gave_way"], mayGap: true });
  });

  it("gives way when the service is removed, and leaves no task", async (context) => {
    const move = await moveUnderWay(context, test, "removed");
    await docker(test.nodeNamed("node1"), "service", "rm", move.moved.name);
    const result = await resultOf(move);
    assert.equal(result.outcome, "gave_way");
    assert.equal(await move.scheduler.end("SIGTERM"), 0);
    const names = (await servicesOf(test.docker)).map(({ Spec }) => Spec.Name);
    assert.ok(!names.includes(move.moved.name));
    await restsAs(test, move.other, move.other.spec);
    report("removed", result, Date.now(), null);
  });

  it("lands though Prometheus is gone", async (context) => {
    const move = await moveUnderWay(context, test, "blind");
    context.after(() => scalePrometheus(test, 1));
    await scalePrometheus(test, 0);
    await settles(test, "Prometheus gone", move, { outcomes: ["landed"] });
  });

  it("is undone when the new task takes too long to start, and the old one never stops", async (context) => {
    const move = await moveUnderWay(context, test, "slow", { env: { BALLAST_MOVES_DEADLINE: "2s" } });
    await settles(test, "slow start", move, { outcomes: ["undone"] });
  });

  for (const kind of TARGET_FAULTS) {
    it(`leaves the old task when its target node fails: ${kind}`, async (context) => {
      const move = await moveUnderWay(context, test, `target-${kind}`);
      assert.ok(WORKERS.includes(move.target), move.target);
      await failing(context, kind, move.target);
      await settles(test, `target: ${kind}`, move, {
        // `failed` says that it does not run as a whole while a task on the lost node has not ended.
        outcomes: ["undone", "failed"],
        heal: move.target,
      });
    });
  }

  it("ends well when its source node is killed", async (context) => {
    const move = await moveUnderWay(context, test, "source");
    await failing(context, "kill", "node2");
    await settles(test, "source: kill", move, {
      outcomes: ["landed", "undone", "gave_way", "failed"],
      heal: "node2",
      neighbourMayGap: true,
    });
  });

  /** Only one node at a time, and it is healed before the next test whatever this one comes to. */
  async function failing(context: TestContext, kind: Fault, hostname: string): Promise<void> {
    context.after(() => fault(test.lab, "heal", hostname));
    await fault(test.lab, kind, hostname);
  }
});

function withEnv(spec: Spec, variable: string): Spec {
  const template = spec["TaskTemplate"] as { readonly ContainerSpec: { readonly Env?: readonly string[] } };
  const container = { ...template.ContainerSpec, Env: [...(template.ContainerSpec.Env ?? []), variable] };
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: container } };
}

async function scalePrometheus({ docker: manager, addresses }: TestLab, replicas: number): Promise<void> {
  await edit(manager, "ballast_prometheus", (spec) => ({
    ...spec,
    Mode: { Replicated: { Replicas: replicas } },
  }));
  await waitFor(
    `${replicas} Prometheus to run`,
    async () => {
      const running = (await runningTasks(manager, "ballast_prometheus")).length;
      const answers = await fetch(`${addresses.prometheus}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      return running === replicas && answers === replicas > 0;
    },
    { timeoutMs: 60_000 },
  );
}
