import { join } from "node:path";
import * as z from "zod";
import { dockerArgv } from "../lab/ballast/deploy.ts";
import { aManager, dockerOf, waitFor, type Lab } from "../lab/lab.ts";
import { run } from "../lab/run.ts";
import { STEER_LABEL } from "../scheduler/domain/steer.ts";

/** The workload's stack; its services' names begin with it. */
export const STACK = "shop";

const FILE = join(import.meta.dirname, "workload.yml");
const START_TIMEOUT_MS = 180_000;

/** A service of the workload as the swarm itself has it. */
export interface ServiceState {
  readonly name: string;
  readonly replicas: number;
  readonly running: number;
  /** Its placement, exactly as its spec says it. */
  readonly placement: string;
  readonly constraints: readonly string[];
  /** Labels of Ballast's own making in its spec: a move writes one and takes it out again. */
  readonly ours: readonly string[];
}

const SERVICES = z.array(
  z.object({
    ID: z.string(),
    Spec: z.object({
      Name: z.string(),
      Labels: z.record(z.string(), z.string()).nullish(),
      Mode: z.object({ Replicated: z.object({ Replicas: z.number() }) }),
      TaskTemplate: z.object({
        Placement: z.looseObject({ Constraints: z.array(z.string()).nullish() }).prefault({}),
      }),
    }),
  }),
);
const TASKS = z.array(
  z.object({ ServiceID: z.string(), DesiredState: z.string(), Status: z.object({ State: z.string() }) }),
);

/** Deploys the workload as any user would: by its stack file. */
export async function deployWorkload(lab: Lab): Promise<void> {
  await run(dockerArgv(lab, ["stack", "deploy", "--resolve-image", "never", "-c", FILE, STACK]));
}

/** Waits until every task of the workload runs. */
export async function workloadRuns(lab: Lab): Promise<readonly ServiceState[]> {
  return waitFor(
    "every task of the workload to run",
    async () => {
      const services = await readServices(lab);
      const late = services.find(({ running, replicas }) => running < replicas);
      if (late === undefined) return services;
      throw new Error(`${late.running} of ${late.replicas} replicas of ${late.name} run`);
    },
    { timeoutMs: START_TIMEOUT_MS, everyMs: 500 },
  );
}

/** Reads the workload off the swarm, not off Ballast. */
export async function readServices(lab: Lab): Promise<readonly ServiceState[]> {
  const docker = dockerOf(aManager(lab));
  const filters = { label: [`com.docker.stack.namespace=${STACK}`] };
  const services = SERVICES.parse(await docker.listServices({ filters }));
  const tasks = TASKS.parse(await docker.listTasks({ filters }));
  return services
    .map(({ ID, Spec }) => ({
      name: Spec.Name,
      replicas: Spec.Mode.Replicated.Replicas,
      running: tasks.filter(
        (task) => task.ServiceID === ID && task.DesiredState === "running" && task.Status.State === "running",
      ).length,
      placement: JSON.stringify(Spec.TaskTemplate.Placement),
      constraints: Spec.TaskTemplate.Placement.Constraints ?? [],
      ours: Object.keys(Spec.Labels ?? {}).filter((label) => label === STEER_LABEL),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

/** What of the workload is not as its owner wrote it; empty when all is. Pure. */
export function deviations(
  before: readonly ServiceState[],
  after: readonly ServiceState[],
): readonly string[] {
  return before.flatMap((was) => {
    const is = after.find(({ name }) => name === was.name);
    if (is === undefined) return [`${was.name} is gone`];
    return [
      ...(is.running === is.replicas && is.replicas === was.replicas
        ? []
        : [`${is.name}: ${is.running} of ${was.replicas} replicas run`]),
      ...(is.placement === was.placement
        ? []
        : [`${is.name}: its placement is ${is.placement}, its owner wrote ${was.placement}`]),
      ...is.ours.map((label) => `${is.name}: its spec still carries ${label}`),
    ];
  });
}
