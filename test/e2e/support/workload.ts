import type Docker from "dockerode";
import type { CreateServiceOptions } from "dockerode";
import { IMAGES, waitFor } from "../../../lab/lab.ts";
import { runningTasks, serviceNamed, servicesOf, type ApiTask } from "./lab.ts";

/** A service of the tests: some replicas, each holding some memory. */
export interface Workload {
  readonly name: string;
  readonly replicas: number;
  readonly memoryMb: number;
  /** The most that the kernel lets each replica hold. */
  readonly memoryLimitMb?: number;
  readonly image?: string;
  readonly env?: readonly string[];
  readonly constraints?: readonly string[];
  /** The service's own, beside the one by which the tests know it. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly restart?: "any" | "none";
  /** Merged over the spec, for what only one test needs. */
  readonly container?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** The label by which the tests know their own services. */
const TEST_LABEL = "ballast.test";

/** Creates a service by its spec, and nothing of the CLI's. */
export async function create(docker: Docker, workload: Workload): Promise<void> {
  await docker.createService(specFor(workload));
}

/** The spec, as the Docker API takes it. */
export function specFor(workload: Workload): CreateServiceOptions {
  const { name, replicas, memoryMb, image, env, constraints, network, restart, container, spec } = workload;
  const { memoryLimitMb, labels } = workload;
  return {
    Name: name,
    Labels: { ...labels, [TEST_LABEL]: "1" },
    TaskTemplate: {
      ContainerSpec: {
        Image: image ?? IMAGES.workload,
        Env: [`LOAD_MEMORY_MB=${memoryMb}`, `SERVICE=${name}`, "TASK={{.Task.ID}}", ...(env ?? [])],
        StopGracePeriod: 5e9,
        ...container,
      },
      Placement: { Constraints: [...(constraints ?? [])] },
      ...(memoryLimitMb === undefined
        ? {}
        : { Resources: { Limits: { MemoryBytes: memoryLimitMb * 2 ** 20 } } }),
      RestartPolicy: { Condition: restart ?? "any", Delay: 1e9 },
      ...(network === undefined ? {} : { Networks: [{ Target: network }] }),
    },
    Mode: { Replicated: { Replicas: replicas } },
    EndpointSpec: { Mode: "dnsrr" },
    ...spec,
  };
}

/** Waits until all replicas of a service run. */
export async function allRun(docker: Docker, name: string, replicas: number): Promise<void> {
  await waitFor(
    `${replicas} replicas of ${name} to run`,
    async () => {
      const count = (await runningTasks(docker, name)).length;
      if (count === replicas) return true;
      throw new Error(`${count} run`);
    },
    { timeoutMs: 60_000 },
  );
}

/**
 * Puts services on one node and then takes away what held them there: a swarm as it stands after an outage of the
 * other nodes. Freeing restarts nothing.
 */
export function crowd(docker: Docker, hostname: string, workloads: readonly Workload[]): Promise<void> {
  return crowdWhere(docker, `node.hostname==${hostname}`, workloads);
}

/** The same, on the nodes that a constraint admits. */
export async function crowdWhere(docker: Docker, pin: string, workloads: readonly Workload[]): Promise<void> {
  for (const workload of workloads) {
    await create(docker, { ...workload, constraints: [...(workload.constraints ?? []), pin] });
  }
  for (const { name, replicas } of workloads) await allRun(docker, name, replicas);
  for (const { name } of workloads) {
    await editPlacement(docker, name, (constraints) =>
      constraints.filter((constraint) => constraint !== pin),
    );
  }
}

/** Changes a service's constraints as its owner would. */
async function editPlacement(
  docker: Docker,
  name: string,
  change: (constraints: readonly string[]) => readonly string[],
): Promise<void> {
  await edit(docker, name, (spec) => {
    const template = spec["TaskTemplate"] as Record<string, unknown>;
    const placement = template["Placement"] as { readonly Constraints?: readonly string[] };
    return {
      ...spec,
      TaskTemplate: {
        ...template,
        Placement: { ...placement, Constraints: change(placement.Constraints ?? []) },
      },
    };
  });
}

type Spec = Readonly<Record<string, unknown>>;

/** Writes a service's spec anew, as its owner would. Tried again when someone else wrote first. */
export async function edit(docker: Docker, name: string, change: (spec: Spec) => Spec): Promise<void> {
  await waitFor(`the owner's change of ${name}`, async () => {
    const service = await serviceNamed(docker, name);
    await docker
      .getService(name)
      .update({ _query: { version: service.Version.Index }, _body: change(service.Spec) });
    return true;
  });
}

/** Removes every service of the tests and waits until their tasks are gone from all nodes. */
export async function removeAll(docker: Docker): Promise<void> {
  const services = await servicesOf(docker);
  const own = services.filter(({ Spec }) => Spec.Labels?.[TEST_LABEL] !== undefined);
  await Promise.all(own.map(({ ID }) => docker.getService(ID).remove()));
  const gone = new Set(own.map(({ ID }) => ID));
  await waitFor(
    "the tests' tasks to be gone",
    async () => {
      const tasks: unknown = await docker.listTasks();
      return !(tasks as readonly ApiTask[]).some((task) => gone.has(task.ServiceID) && !hasEnded(task));
    },
    { timeoutMs: 60_000 },
  );
}

/** Swarm keeps the ended tasks of a removed job in its list. */
function hasEnded({ Status }: ApiTask): boolean {
  return ["complete", "shutdown", "failed", "rejected", "remove", "orphaned"].includes(Status.State);
}
