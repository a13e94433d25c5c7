import type Docker from "dockerode";
import { setCable } from "../../../lab/net/links.ts";
import { daemonOf } from "../../../lab/node/daemon.ts";
import { dockerOf, fault, waitFor, type Lab, type LabNode } from "../../../lab/lab.ts";
import type { TestLab } from "../../e2e/support/lab.ts";
import { startScheduler, type Ending, type TestScheduler } from "../../e2e/support/scheduler.ts";
import { edit } from "../../e2e/support/workload.ts";

/** A swarm of three managers and a worker, made of the tests' own lab for as long as a test lasts. */
export interface Managers {
  readonly test: TestLab;
  /** The lab, with those marked as managers that are so for now: what its faults go by. */
  readonly lab: Lab;
  readonly nodes: readonly LabNode[];
  readonly node: (hostname: string) => LabNode;
  /** The hostname of the leader, as the managers that answer have it; those `besides` are not asked. */
  leader(besides?: readonly string[]): Promise<string>;
  /** Waits until every node is ready and every manager reachable, under one leader. */
  calm(): Promise<void>;
  /** A scheduler beside one of them. */
  schedulerAt(context: Ending, hostname: string, env?: NodeJS.ProcessEnv): Promise<TestScheduler>;
}

const NAMES = ["node1", "node3", "node4"];
/** A manager without a leader takes its time to say so. */
const ANSWER_MS = 3000;
const ELECTION_MS = 60_000;
const CALM_MS = 90_000;
const PROMETHEUS = "ballast_prometheus";

/** What is read of a node here. */
interface ApiManager {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Role: string };
  readonly Description: { readonly Hostname: string };
  readonly Status: { readonly State: string };
  readonly ManagerStatus?: { readonly Leader?: boolean; readonly Reachability: string };
}

/**
 * Promotes two workers. When the context ends, every node is healed and they are workers again. Prometheus is held on
 * its node meanwhile: on another manager it would begin without a history, and at another address.
 */
export async function promoteManagers(context: Ending, test: TestLab): Promise<Managers> {
  const lab: Lab = {
    ...test.lab,
    nodes: test.lab.nodes.map((node) => ({ ...node, manager: NAMES.includes(node.name) })),
  };
  const nodes = lab.nodes.filter(({ manager }) => manager);
  const managers = managersOf(test, lab, nodes);
  const others = nodes.filter(({ name }) => !test.lab.nodes.some((own) => own.manager && own.name === name));
  const free = await holdPrometheus(test.docker);
  context.after(async () => {
    await Promise.all(nodes.map((node) => heal(lab, node)));
    await managers.calm();
    for (const { name } of others) await setRole(managers, name, "worker");
    await free();
  });
  // One by one: two that join at once may each cost the other its quorum.
  for (const { name } of others) await setRole(managers, name, "manager");
  return managers;
}

function managersOf(test: TestLab, lab: Lab, nodes: readonly LabNode[]): Managers {
  const node = (hostname: string): LabNode => {
    const found = nodes.find(({ name }) => name === hostname);
    if (found === undefined) throw new Error(`${hostname} is no manager`);
    return found;
  };
  return {
    test,
    lab,
    nodes,
    node,
    leader: (besides = []) =>
      waitFor(
        "a leader of the swarm",
        () => leaderAmong(nodes.filter(({ name }) => !besides.includes(name))),
        {
          timeoutMs: ELECTION_MS,
          everyMs: 250,
        },
      ),
    async calm() {
      await waitFor("a swarm at rest", async () => assertCalm(await seenBy(await anyOf(nodes))), {
        timeoutMs: CALM_MS,
        everyMs: 250,
      });
    },
    schedulerAt: (context, hostname, env = {}) =>
      startScheduler(context, test, "act", {
        BALLAST_DOCKER_HOST: `unix://${node(hostname).socket}`,
        ...env,
      }),
  };
}

/** Kills a manager's daemon and does not wait until that is seen: there may be nobody left who could. */
export function killDaemon({ lab }: Managers, hostname: string): void {
  signalDaemon(lab, hostname, "SIGKILL");
}

/** Freezes a manager's daemon until the others have another leader, whom it returns; then lets it go on. */
export async function deposeByFreezing(managers: Managers, hostname: string): Promise<string> {
  signalDaemon(managers.lab, hostname, "SIGSTOP");
  try {
    return await managers.leader([hostname]);
  } finally {
    signalDaemon(managers.lab, hostname, "SIGCONT");
  }
}

/** Pulls a manager's cable and does not wait until that is seen. */
export async function cutOff({ lab }: Managers, hostname: string): Promise<void> {
  await setCable(lab.name, hostname, false);
}

/** Undoes what befell those managers, and waits until the swarm is whole again. */
export async function healManagers(managers: Managers, ...hostnames: readonly string[]): Promise<void> {
  await Promise.all(hostnames.map((hostname) => heal(managers.lab, managers.node(hostname))));
  await managers.calm();
}

function heal(lab: Lab, { name }: LabNode): Promise<void> {
  return fault(lab, "heal", name);
}

function signalDaemon(lab: Lab, hostname: string, signal: NodeJS.Signals): void {
  const daemon = daemonOf(lab.name, hostname);
  if (daemon === undefined) throw new Error(`the daemon of ${hostname} does not run`);
  process.kill(daemon.pid, signal);
}

/** The leader that a majority of all managers agree on: one that was cut off still takes itself for it. */
async function leaderAmong(nodes: readonly LabNode[]): Promise<string> {
  const named = await Promise.all(
    nodes.map(async (node) => {
      const seen = await seenBy(node).catch(() => []);
      return seen.find(({ ManagerStatus }) => ManagerStatus?.Leader === true)?.Description.Hostname;
    }),
  );
  const votes = Map.groupBy(
    named.filter((name) => name !== undefined),
    (name) => name,
  );
  const elected = [...votes].find(([, { length }]) => length * 2 > NAMES.length)?.[0];
  if (elected !== undefined && nodes.some(({ name }) => name === elected)) return elected;
  throw new Error(`named: ${named.map((name) => name ?? "nobody").join(", ")}`);
}

async function seenBy(node: LabNode): Promise<readonly ApiManager[]> {
  const seen: unknown = await dockerOf(node).listNodes({ abortSignal: AbortSignal.timeout(ANSWER_MS) });
  return seen as readonly ApiManager[];
}

/** Any manager that answers for the swarm. */
function anyOf(nodes: readonly LabNode[]): Promise<LabNode> {
  return Promise.any(nodes.map(async (node) => seenBy(node).then(() => node)));
}

function assertCalm(seen: readonly ApiManager[]): true {
  const restless = seen.filter(
    ({ Status, Spec, ManagerStatus }) =>
      Status.State !== "ready" || (Spec.Role === "manager") !== (ManagerStatus?.Reachability === "reachable"),
  );
  if (restless.length > 0)
    throw new Error(
      restless.map((node) => `${node.Description.Hostname} is ${node.Status.State}`).join(", "),
    );
  if (seen.some(({ ManagerStatus }) => ManagerStatus?.Leader === true)) return true;
  throw new Error("there is no leader");
}

/** As `docker node promote` and `demote` do; waits until the swarm has taken it in. */
export async function setRole(
  managers: Managers,
  hostname: string,
  role: "manager" | "worker",
): Promise<void> {
  await waitFor(
    `${hostname} to be a ${role}`,
    async () => {
      const asked = await anyOf(managers.nodes.filter(({ name }) => name !== hostname));
      const seen = (await seenBy(asked)).find(({ Description }) => Description.Hostname === hostname);
      if (seen === undefined) throw new Error("not in the swarm");
      if (seen.Spec.Role !== role)
        await dockerOf(asked)
          .getNode(seen.ID)
          .update({ ...seen.Spec, version: seen.Version.Index, Role: role });
      return (role === "manager") === (seen.ManagerStatus !== undefined) && seen.Spec.Role === role;
    },
    { timeoutMs: CALM_MS, everyMs: 250 },
  );
  await managers.calm();
}

/** Adds a constraint that suits the node where it runs, which restarts nothing; returns what takes it out again. */
async function holdPrometheus(docker: Docker): Promise<() => Promise<void>> {
  const held = "node.hostname==node1";
  const change = (how: (constraints: readonly string[]) => readonly string[]) =>
    edit(docker, PROMETHEUS, (spec) => {
      const template = spec["TaskTemplate"] as Readonly<Record<string, unknown>>;
      const placement = template["Placement"] as { readonly Constraints?: readonly string[] };
      const Constraints = how((placement.Constraints ?? []).filter((constraint) => constraint !== held));
      return { ...spec, TaskTemplate: { ...template, Placement: { ...placement, Constraints } } };
    });
  await change((constraints) => [...constraints, held]);
  return () => change((constraints) => constraints);
}
