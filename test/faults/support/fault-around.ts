import { waitFor } from "../../../lab/lab.ts";
import { hasEnded, isUp, rawServiceOf, rawTasksOf, readRecord } from "../../../scheduler/act/raw.ts";
import { STEER_LABEL } from "../../../scheduler/domain/steer.ts";
import { eventsSince } from "../../e2e/support/evidence.ts";
import { fewestRunning } from "../../e2e/support/fewest-running.ts";
import {
  nodesOf,
  runningTasks,
  serviceNamed,
  tasksOf,
  type ApiService,
  type TestLab,
} from "../../e2e/support/lab.ts";
import { startScheduler, type Ending, type TestScheduler } from "../../e2e/support/scheduler.ts";
import { crowd, removeAll } from "../../e2e/support/workload.ts";

/** A move that is under way while something else happens. */
export interface UnderWay {
  readonly scheduler: TestScheduler;
  /** The service that moves. */
  readonly name: string;
  /** Its neighbour on the crowded node, of which nobody wanted anything. */
  readonly other: string;
  /** The hostname of the node that the move goes to. */
  readonly target: string;
  /** What the owner last wrote, by service. */
  readonly specs: Readonly<Record<string, unknown>>;
  /** The tasks that ran before the move, by service. */
  readonly tasks: Readonly<Record<string, readonly string[]>>;
  readonly startedMs: number;
}

/** "No leftover of ours within 60 s of recovery." */
const REST_MS = 60_000;
// A task counts as running once it is healthy: a start of some seconds keeps a move under way for as long.
const SLOW_START = {
  Healthcheck: { Test: ["CMD", "true"], Interval: 4e9, Timeout: 5e9, Retries: 3 },
};
// The owner's own writes open no gap either: whatever gap there is, is ours.
const START_FIRST = { Parallelism: 1, Order: "start-first", FailureAction: "pause", Monitor: 1e9 };

/** Crowds node2 with two services and waits until one of them is being moved off. */
export async function moveUnderWay(
  context: Ending,
  test: TestLab,
  prefix: string,
  env: NodeJS.ProcessEnv = {},
): Promise<UnderWay> {
  const { docker } = test;
  const names = [`${prefix}-a`, `${prefix}-b`];
  await removeAll(docker);
  const spec = { UpdateConfig: START_FIRST, RollbackConfig: START_FIRST };
  await crowd(
    docker,
    "node2",
    names.map((name) => ({ name, replicas: 1, memoryMb: 330, container: SLOW_START, spec })),
  );
  const specs = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await serviceNamed(docker, name)).Spec] as const)),
  );
  const tasks = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await runningTasks(docker, name)).map(({ ID }) => ID)] as const),
    ),
  );
  const startedMs = Date.now();
  const scheduler = await startScheduler(context, test, "act", {
    BALLAST_MOVES_PER_ROUND: "1",
    BALLAST_LOAD_WINDOW: "5s",
    BALLAST_MOVES_DEADLINE: "15s",
    ...env,
  });
  const steered = await waitFor("a steered service", () => steeredAmong(test, names), { timeoutMs: 120_000 });
  const record = readRecord(steered.Spec.Labels?.[STEER_LABEL] ?? "");
  const nodes = await nodesOf(docker);
  const target = nodes.find(({ ID }) => ID === record?.to)?.Description.Hostname ?? "";
  const name = steered.Spec.Name;
  const other = names.find((candidate) => candidate !== name) ?? "";
  return { scheduler, name, other, target, specs, tasks, startedMs };
}

async function steeredAmong({ docker }: TestLab, names: readonly string[]): Promise<ApiService | undefined> {
  const services = await Promise.all(names.map((name) => serviceNamed(docker, name)));
  return services.find(({ Spec }) => Spec.Labels?.[STEER_LABEL] !== undefined);
}

/** Waits until nothing of Ballast is on the service and all its replicas, and nothing else of it, run. */
export async function atRest({ docker }: TestLab, name: string): Promise<void> {
  await waitFor(
    `${name} to be at rest`,
    async () => {
      const service = rawServiceOf(await docker.getService(name).inspect());
      if (service.labels[STEER_LABEL] !== undefined) throw new Error("it is steered");
      const tasks = rawTasksOf(await tasksOf(docker, name));
      const up = tasks.filter(isUp).length;
      if (up !== service.replicas) throw new Error(`${up} of ${service.replicas ?? 0} replicas run`);
      const restless = tasks.filter((task) => !isUp(task) && !hasEnded(task));
      if (restless.length === 0) return true;
      throw new Error(
        restless.map(({ id, state, desired }) => `${id} is ${state}, wanted ${desired}`).join("; "),
      );
    },
    { timeoutMs: REST_MS, everyMs: 250 },
  );
}

/** The fewest healthy containers that a service had at one time since the move began. All daemons must answer. */
export async function fewestSince(
  { lab }: TestLab,
  { startedMs, tasks }: UnderWay,
  name: string,
): Promise<number> {
  return fewestRunning(await eventsSince(lab, startedMs), name, tasks[name] ?? [], "health_status: healthy");
}
