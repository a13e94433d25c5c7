// What else may happen while a move is under way: its owner writes, a node fails, Prometheus goes. After each the
// service is whole and its owner's, and never had fewer containers than Swarm alone would have kept. A target node that
// hangs, beside one that is killed or cut off, is taken with BALLAST_E2E_MATRIX=full only: each takes a minute.
import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import { fault, waitFor, type Fault } from "../../lab/lab.ts";
import type { MoveResult } from "../../scheduler/ports.ts";
import { docker } from "../e2e/support/container.ts";
import { atRest, fewestSince, moveUnderWay, type UnderWay } from "./support/fault-around.ts";
import { openTestLab, runningTasks, serviceNamed, servicesOf, type TestLab } from "../e2e/support/lab.ts";
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
    await docker(test.nodeNamed("node1"), "service", "scale", "--detach", `${move.name}=2`);
    const scaled = { ...(move.specs[move.name] as Spec), Mode: { Replicated: { Replicas: 2 } } };
    // The updater begins anew with the owner's write, finds that only the new task fits, and keeps that one though it does
    // not run yet. No write of ours comes into it: such a gap is told of, not forbidden.
    await settles("scaled", move, { spec: scaled, outcomes: ["gave_way"], mayGap: true });
  });

  it("gives way when the service is deployed anew", async (context) => {
    const move = await moveUnderWay(context, test, "deployed");
    const spec = withEnv(move.specs[move.name] as Spec, "OWNER=was-here");
    // As `docker stack deploy` does it: the whole spec, whatever was there.
    await edit(test.docker, move.name, () => spec);
    await settles("deployed anew", move, { spec, outcomes: ["gave_way"] });
    const [task] = await runningTasks(test.docker, move.name);
    assert.ok(task?.Spec.ContainerSpec.Env?.includes("OWNER=was-here"));
  });

  it("gives way when the service is rolled back", async (context) => {
    const move = await moveUnderWay(context, test, "rolled");
    await docker(test.nodeNamed("node1"), "service", "rollback", "--detach", move.name);
    // Steering is what came last, so the rollback takes that back, and leaves nothing of ours to take out with care: of
    // the old task and the one that starts, Swarm keeps the one it meets first. Such a gap is told of, not forbidden.
    await settles("rolled back", move, { spec: move.specs[move.name], outcomes: ["gave_way"], mayGap: true });
  });

  it("gives way when the service is removed, and leaves no task", async (context) => {
    const move = await moveUnderWay(context, test, "removed");
    await docker(test.nodeNamed("node1"), "service", "rm", move.name);
    const result = await resultOf(move);
    assert.equal(result.outcome, "gave_way");
    assert.equal(await move.scheduler.end("SIGTERM"), 0);
    const names = (await servicesOf(test.docker)).map(({ Spec }) => Spec.Name);
    assert.ok(!names.includes(move.name));
    await restsAs(move, move.other, move.specs[move.other]);
    report("removed", result, Date.now(), null);
  });

  it("lands though Prometheus is gone", async (context) => {
    const move = await moveUnderWay(context, test, "blind");
    context.after(() => scalePrometheus(test, 1));
    await scalePrometheus(test, 0);
    await settles("Prometheus gone", move, { spec: move.specs[move.name], outcomes: ["landed"] });
  });

  it("is undone when the new task takes too long to start, and the old one never stops", async (context) => {
    const move = await moveUnderWay(context, test, "slow", { BALLAST_MOVES_DEADLINE: "2s" });
    await settles("slow start", move, { spec: move.specs[move.name], outcomes: ["undone"] });
  });

  for (const kind of TARGET_FAULTS) {
    it(`leaves the old task when its target node fails: ${kind}`, async (context) => {
      const move = await moveUnderWay(context, test, `target-${kind}`);
      assert.ok(WORKERS.includes(move.target), move.target);
      await failing(context, kind, move.target);
      await settles(`target: ${kind}`, move, {
        spec: move.specs[move.name],
        // `failed` says that it does not run as a whole while a task on the lost node has not ended.
        outcomes: ["undone", "failed"],
        heal: move.target,
      });
    });
  }

  it("ends well when its source node is killed", async (context) => {
    const move = await moveUnderWay(context, test, "source");
    await failing(context, "kill", "node2");
    await settles("source: kill", move, {
      spec: move.specs[move.name],
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

  interface Expected {
    readonly spec: unknown;
    readonly outcomes: readonly MoveResult["outcome"][];
    /** The node that failed. */
    readonly heal?: string;
    /** Whether Swarm may leave it without a container for a time, whatever the mover does. */
    readonly mayGap?: boolean;
    /** Whether that befalls its neighbour, which shares the node that fails. */
    readonly neighbourMayGap?: boolean;
  }

  async function settles(
    what: string,
    move: UnderWay,
    { spec, outcomes, heal, mayGap = false, neighbourMayGap = false }: Expected,
  ): Promise<void> {
    const happenedMs = Date.now();
    const result = await resultOf(move);
    assert.ok(outcomes.includes(result.outcome), `${result.outcome}: ${result.detail}`);
    assert.equal(await move.scheduler.end("SIGTERM"), 0);
    if (heal !== undefined) await fault(test.lab, "heal", heal);
    await atRest(test, move.name);
    report(what, result, happenedMs, await fewestSince(test, move, move.name));
    await restsAs(move, move.name, spec, mayGap ? 0 : 1);
    await restsAs(move, move.other, move.specs[move.other], neighbourMayGap ? 0 : 1);
  }

  async function restsAs(move: UnderWay, name: string, spec: unknown, atLeast = 1): Promise<void> {
    await atRest(test, name);
    assert.deepEqual((await serviceNamed(test.docker, name)).Spec, spec);
    const fewest = await fewestSince(test, move, name);
    assert.ok(fewest >= atLeast, `${name} had ${fewest} containers for a time`);
  }
});

async function resultOf({ scheduler, name }: UnderWay): Promise<MoveResult> {
  const { results } = await scheduler.decided("the move to end", (entry) => entry.results.length > 0);
  const result = results.find(({ service }) => service === name);
  assert.ok(result !== undefined, `${name} has a result`);
  return result;
}

function report(what: string, result: MoveResult, sinceMs: number, fewest: number | null): void {
  const rest = ((Date.now() - sinceMs) / 1000).toFixed(1);
  const { outcome, detail, seconds } = result;
  const ran = fewest === null ? "" : `, at least ${fewest} ran`;
  console.log(
    `around: ${what}: ${outcome} after ${seconds.toFixed(1)} s (${detail}); at rest ${rest} s later${ran}`,
  );
}

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
