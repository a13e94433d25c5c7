import type Docker from "dockerode";
import { waitFor, type Lab } from "../../../lab/lab.ts";
import {
  hasEnded,
  isUp,
  rawServiceOf,
  rawTasksOf,
  readRecord,
  type RawTask,
} from "../../../scheduler/act/raw.ts";
import { STEER_LABEL } from "../../../scheduler/domain/steer.ts";
import { eventsSince } from "../../e2e/support/container-events.ts";
import { fewestRunning } from "../../e2e/support/fewest-running.ts";
import { nodesOf, runningTasks, serviceNamed, tasksOf } from "../../e2e/support/lab.ts";

/** A service as it was before a move. */
export interface Original {
  readonly name: string;
  /** What its owner wrote. */
  readonly spec: unknown;
  /** The tasks that ran. */
  readonly tasks: readonly string[];
  /** When that was, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** "No leftover of ours within 60 s of recovery." */
export const REST_MS = 60_000;
const MOVE_MS = 120_000;

/**
 * For a container that counts as running only once it is healthy, which it is at its first check: so a start takes these
 * seconds, and a move is under way for as long.
 */
export function slowStart(seconds: number): Readonly<Record<string, unknown>> {
  return { Healthcheck: { Test: ["CMD", "true"], Interval: seconds * 1e9, Timeout: 5e9, Retries: 3 } };
}

/** Reads a service before it is moved. */
export async function originalOf(docker: Docker, name: string): Promise<Original> {
  const tasks = (await runningTasks(docker, name)).map(({ ID }) => ID);
  return { name, spec: (await serviceNamed(docker, name)).Spec, tasks, atMs: Date.now() };
}

/** Waits until one of the services is being moved; which, and the hostname of the node that it goes to. */
export async function steeredAmong(
  docker: Docker,
  names: readonly string[],
): Promise<{ readonly name: string; readonly target: string }> {
  const { Spec } = await waitFor(
    `one of ${names.join(", ")} to be steered`,
    async () => {
      const services = await Promise.all(names.map((name) => serviceNamed(docker, name)));
      return services.find((service) => service.Spec.Labels?.[STEER_LABEL] !== undefined);
    },
    { timeoutMs: MOVE_MS },
  );
  const to = readRecord(Spec.Labels?.[STEER_LABEL] ?? "")?.to;
  const target = (await nodesOf(docker)).find(({ ID }) => ID === to)?.Description.Hostname ?? "";
  return { name: Spec.Name, target };
}

/** Waits until nothing of Ballast is on the service and all its replicas, and nothing else of it, run. */
export async function atRest(docker: Docker, name: string): Promise<void> {
  await waitFor(
    `${name} to be at rest`,
    async () => {
      const service = rawServiceOf(await docker.getService(name).inspect());
      if (service.labels[STEER_LABEL] !== undefined) throw new Error("it is steered");
      const unrest = unrestOf(service.replicas ?? 0, rawTasksOf(await tasksOf(docker, name)));
      if (unrest === null) return true;
      throw new Error(unrest);
    },
    { timeoutMs: REST_MS, everyMs: 250 },
  );
}

/** What replicas are missing of a service, or which of its tasks come or go, in words; null when all is still. Pure. */
export function unrestOf(replicas: number, tasks: readonly RawTask[]): string | null {
  const up = tasks.filter(isUp).length;
  if (up !== replicas) return `${up} of ${replicas} replicas run`;
  const restless = tasks.filter((task) => !isUp(task) && !hasEnded(task));
  if (restless.length === 0) return null;
  return restless.map(({ id, state, desired }) => `${id} is ${state}, wanted ${desired}`).join("; ");
}

/** The fewest healthy containers that a service had at one time since. All daemons must answer. */
export async function fewestSince(lab: Lab, { name, tasks, atMs }: Original): Promise<number> {
  return fewestRunning(await eventsSince(lab, atMs), name, tasks, "health_status: healthy");
}
