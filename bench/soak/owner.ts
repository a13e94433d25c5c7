import { docker as dockerOn } from "../../test/e2e/support/container.ts";
import { runningTasks, serviceNamed } from "../../test/e2e/support/lab.ts";
import { create, edit } from "../../test/e2e/support/workload.ts";
import type { Random } from "./random.ts";
import { again, type Owned, type Spec, type Stage } from "./stage.ts";

const FEWEST = 4;
const MOST = 7;
const MOST_REPLICAS = 4;
/** What a replica holds beside its runtime, in MiB: some a little, some much. */
const MEMORY_MB = [10, 30, 60, 120, 180];
/** A node is said to have 1,024 MiB and is called full at 70 %; beside the workload it holds an agent. */
const SURGE_MB = 820;
/** Runtime of a workload's task, in MiB. */
const RUNTIME_MB = 55;
const WORKERS = ["node2", "node3", "node4"];
const HEALTH_CHECK = {
  Healthcheck: {
    Test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"],
    Interval: 2e9,
    Timeout: 10e9,
    Retries: 5,
  },
};
const START_FIRST = { Parallelism: 1, Order: "start-first", FailureAction: "pause", Monitor: 1e9 };
const STOP_FIRST = { Parallelism: 1, Order: "stop-first", FailureAction: "pause", Monitor: 1e9 };

/** Creates the first services. */
export async function firstServices(stage: Stage, random: Random): Promise<void> {
  while (stage.owned.size < FEWEST + 2) await createOne(stage, random, nameFor(stage));
}

/** Owners at work, until the time is over: one thing after the other, each on whatever stands then. */
export async function workAsOwners(stage: Stage, random: Random): Promise<void> {
  await again(
    stage,
    "an owner's work",
    () => random.between(3, 10),
    async () => {
      const draw = random.between(0, 100);
      if (draw < 60) await surge(stage, random);
      else if (draw < 72) await deploy(stage, random);
      else if (draw < 85) await scale(stage, random);
      else if (draw < 94) await replace(stage, random);
      else await touch(stage, random);
    },
  );
}

async function createOne(stage: Stage, random: Random, name: string): Promise<void> {
  const { docker } = stage.test;
  const replicas = random.whole(1, 3);
  const memoryMb = random.pick(MEMORY_MB);
  const UpdateConfig = random.pick([START_FIRST, STOP_FIRST, undefined]);
  await create(docker, {
    name,
    replicas,
    memoryMb,
    container: HEALTH_CHECK,
    env: ["REVISION=1"],
    ...(UpdateConfig === undefined ? {} : { spec: { UpdateConfig } }),
  });
  const nowMs = Date.now();
  const service = await serviceNamed(docker, name);
  const spec = service.Spec as unknown as Spec;
  stage.owned.set(name, {
    id: service.ID,
    name,
    spec,
    replicas,
    revision: 1,
    beganMs: nowMs,
    wroteMs: nowMs,
  });
  stage.ledger.done("service created", `${name}, ${replicas} replicas of ${memoryMb} MiB`);
}

/** A name that none has now, nor had before. */
function nameFor({ ledger }: Stage): string {
  return `own-${(ledger.counts().get("service created") ?? 0) + 1}`;
}

/** Removes one service and creates another, within the bounds of how many there are. */
async function replace(stage: Stage, random: Random): Promise<void> {
  const isMany = stage.owned.size >= MOST;
  const isFew = stage.owned.size <= FEWEST;
  if (isMany || (!isFew && random.chance(0.5))) {
    const { name, id } = random.pick([...stage.owned.values()]);
    stage.owned.delete(name);
    await stage.test.docker.getService(id).remove();
    stage.ledger.done("service removed", name);
  } else await createOne(stage, random, nameFor(stage));
}

async function deploy(stage: Stage, random: Random): Promise<void> {
  const owned = random.pick([...stage.owned.values()]);
  const revision = owned.revision + 1;
  const memoryMb = random.pick(MEMORY_MB);
  await write(stage, random, { ...owned, revision }, (spec) =>
    withEnv(spec, { REVISION: revision, LOAD_MEMORY_MB: memoryMb }),
  );
  stage.ledger.done("service deployed anew", `${owned.name}, revision ${revision} of ${memoryMb} MiB`);
}

async function scale(stage: Stage, random: Random): Promise<void> {
  const owned = random.pick([...stage.owned.values()]);
  const replicas = 1 + ((owned.replicas - 1 + random.whole(1, MOST_REPLICAS - 1)) % MOST_REPLICAS);
  await write(stage, random, { ...owned, replicas }, (spec) => ({
    ...spec,
    Mode: { Replicated: { Replicas: replicas } },
  }));
  stage.ledger.done("service scaled", `${owned.name} from ${owned.replicas} to ${replicas}`);
}

/** A label is changed, which restarts nothing. */
async function touch(stage: Stage, random: Random): Promise<void> {
  const owned = random.pick([...stage.owned.values()]);
  const value = String(random.whole(1, 1e6));
  await write(stage, random, owned, (spec) => ({
    ...spec,
    Labels: { ...(spec["Labels"] as Spec), "owner.note": value },
  }));
  stage.ledger.done("service labelled", owned.name);
}

/**
 * Writes as the command line does, over whatever the spec now reads, or as a stack's deploy does, the whole spec as its
 * owner knows it.
 */
async function write(
  stage: Stage,
  random: Random,
  next: Omit<Owned, "spec">,
  change: (spec: Spec) => Spec,
): Promise<void> {
  const owned = stage.owned.get(next.name);
  if (owned === undefined) return;
  const spec = change(owned.spec);
  stage.owned.set(next.name, { ...owned, beganMs: Date.now(), wroteMs: null });
  await edit(stage.test.docker, owned.id, random.chance(0.5) ? () => spec : change);
  stage.owned.set(next.name, { ...next, spec, beganMs: Date.now(), wroteMs: Date.now() });
}

function withEnv(spec: Spec, values: Readonly<Record<string, number>>): Spec {
  const template = spec["TaskTemplate"] as Spec;
  const container = template["ContainerSpec"] as { readonly Env: readonly string[] };
  const Env = container.Env.map((entry) => {
    const [name = ""] = entry.split("=");
    return name in values ? `${name}=${values[name] ?? 0}` : entry;
  });
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...container, Env } } };
}

/** The replicas on one worker come to hold so much between them that it is too much for the node. */
async function surge(stage: Stage, random: Random): Promise<void> {
  const hostname = random.pick(WORKERS);
  if (stage.failing.has(hostname)) return;
  const nodeId = await stage.test.nodeId(hostname);
  const names = [...stage.owned.keys()];
  const tasks = (await Promise.all(names.map((name) => runningTasks(stage.test.docker, name)))).flat();
  const here = tasks.filter((task) => task.NodeID === nodeId);
  if (here.length < 2) return;
  const memoryMb = Math.max(10, Math.round(SURGE_MB / here.length) - RUNTIME_MB + random.whole(0, 30));
  const node = stage.test.nodeNamed(hostname);
  const url = `http://127.0.0.1:8080/load?memory_mb=${memoryMb}`;
  for (const task of here) {
    const id = task.Status.ContainerStatus?.ContainerID ?? "";
    // A task that just left, or is being moved, has nobody to be told.
    await dockerOn(node, "exec", id, "wget", "-q", "-O", "-", url).catch(() => undefined);
  }
  stage.ledger.done("load shifted", `${here.length} tasks on ${hostname} to ${memoryMb} MiB each`);
}
