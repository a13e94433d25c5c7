import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { firstManager } from "../../../lab/ballast/deploy.ts";
import { waitFor } from "../../../lab/lab.ts";
import { PART_LABEL, SCHEDULER_PART } from "../../../scheduler/leave/left.ts";
import type { Ran } from "./ballast.ts";
import { serviceNamed, tasksOf, type TestLab } from "./lab.ts";
import { edit } from "./workload.ts";

const MAIN = join(import.meta.dirname, "../../../cli/main.ts");
/** The stack's own scheduler. */
export const STACK_SCHEDULER = "ballast_scheduler";
const NOWHERE = "node.labels.ballast-test==nowhere";

type Spec = Readonly<Record<string, unknown>>;

/** `ballast uninstall` as a process of this machine at the lab's manager, with nobody at its terminal. */
export interface Leaving {
  readonly ran: Promise<Ran>;
  /** Waits for words on its standard error. */
  said(words: RegExp): Promise<unknown>;
  interrupt(): void;
}

/** Starts it; it finds the manager as Docker's own command line does. */
export function startUninstall({ lab }: TestLab, ...words: readonly string[]): Leaving {
  const child = spawn(process.execPath, [MAIN, "uninstall", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], DOCKER_HOST: `unix://${firstManager(lab).socket}` },
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const closed = once(child, "close") as Promise<[number | null]>;
  return {
    ran: closed.then(([code]) => ({ code, out, err })),
    said: (wanted) => waitFor(`${wanted} in ${err}`, () => wanted.test(err), { timeoutMs: 30_000 }),
    interrupt() {
      child.kill("SIGINT");
    },
  };
}

/** Runs it to its end. */
export function uninstall(test: TestLab, ...words: readonly string[]): Promise<Ran> {
  return startUninstall(test, ...words).ran;
}

/** Gives the stack's scheduler the label that docker-stack.yml gives it, if it has none yet; this restarts nothing. */
export async function labelStackScheduler({ docker }: TestLab): Promise<void> {
  await edit(docker, STACK_SCHEDULER, (spec) => ({
    ...spec,
    Labels: { ...(spec["Labels"] as Readonly<Record<string, string>>), [PART_LABEL]: SCHEDULER_PART },
  }));
}

/** Takes the stack's scheduler off its node and waits until it has ended. */
export async function parkStackScheduler({ docker }: TestLab): Promise<void> {
  await edit(docker, STACK_SCHEDULER, (spec) => withConstraints(spec, (known) => [...known, NOWHERE]));
  await waitFor(
    "the stack's scheduler to end",
    async () => (await tasksOf(docker, STACK_SCHEDULER)).every(({ Status }) => hasEnded(Status.State)),
    { timeoutMs: 90_000 },
  );
}

/** Brings it back and waits until it is ready, as the other tests find it. */
export async function returnStackScheduler({ docker, addresses }: TestLab): Promise<void> {
  const { Spec } = await serviceNamed(docker, STACK_SCHEDULER);
  if (Spec.TaskTemplate.Placement?.Constraints?.includes(NOWHERE) !== true) return;
  await edit(docker, STACK_SCHEDULER, (spec) =>
    withConstraints(spec, (known) => known.filter((constraint) => constraint !== NOWHERE)),
  );
  await waitFor(
    "the stack's scheduler to be ready",
    async () => (await fetch(`${addresses.scheduler}/readyz`, { signal: AbortSignal.timeout(2000) })).ok,
    { timeoutMs: 120_000 },
  );
}

function withConstraints(spec: Spec, change: (known: readonly string[]) => readonly string[]): Spec {
  const template = spec["TaskTemplate"] as Readonly<Record<string, unknown>>;
  const placement = template["Placement"] as { readonly Constraints?: readonly string[] };
  return {
    ...spec,
    TaskTemplate: {
      ...template,
      Placement: { ...placement, Constraints: change(placement.Constraints ?? []) },
    },
  };
}

function hasEnded(state: string): boolean {
  return ["complete", "shutdown", "failed", "rejected", "remove", "orphaned"].includes(state);
}
