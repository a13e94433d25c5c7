import type Docker from "dockerode";
import { addressesOf, firstManager, type BallastAddresses } from "../../../lab/ballast/deploy.ts";
import { defaultDir, dockerOf, open, type Lab, type LabNode } from "../../../lab/lab.ts";

/** The lab that run.ts started for this suite. */
export interface TestLab {
  readonly lab: Lab;
  readonly addresses: BallastAddresses;
  /** The manager's Docker. */
  readonly docker: Docker;
  readonly nodeNamed: (hostname: string) => LabNode;
  readonly nodeId: (hostname: string) => Promise<string>;
}

/** Finds the lab by the name that run.ts hands on. */
export async function openTestLab(): Promise<TestLab> {
  const name = process.env["BALLAST_E2E_LAB"];
  if (name === undefined)
    throw new Error("BALLAST_E2E_LAB is not set: start this suite with `npm run test:e2e`");
  const lab = await open({ name, dir: defaultDir(name) });
  const docker = dockerOf(firstManager(lab));
  return {
    lab,
    addresses: addressesOf(lab),
    docker,
    nodeNamed(hostname) {
      const node = lab.nodes.find((candidate) => candidate.name === hostname);
      if (node === undefined) throw new Error(`the lab has no ${hostname}`);
      return node;
    },
    async nodeId(hostname) {
      const nodes = await nodesOf(docker);
      return nodes.find((node) => node.Description.Hostname === hostname)?.ID ?? "";
    },
  };
}

/** What the tests read of a node, as the Docker API has it. */
export interface ApiNode {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Availability: string };
  readonly Description: { readonly Hostname: string };
}

/** What the tests read of a service. */
export interface ApiService {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly UpdateConfig?: unknown;
    readonly TaskTemplate: {
      readonly Placement?: { readonly Constraints?: readonly string[] };
      readonly ContainerSpec: { readonly Env?: readonly string[] };
    };
  };
}

/** What the tests read of a task. */
export interface ApiTask {
  readonly ID: string;
  readonly ServiceID: string;
  readonly NodeID: string;
  readonly CreatedAt: string;
  readonly DesiredState: string;
  readonly Status: {
    readonly State: string;
    readonly Timestamp: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ContainerID: string };
  };
  readonly Spec: { readonly ContainerSpec: { readonly Env?: readonly string[] } };
}

export async function nodesOf(docker: Docker): Promise<readonly ApiNode[]> {
  const nodes: unknown = await docker.listNodes();
  return nodes as readonly ApiNode[];
}

export async function servicesOf(docker: Docker): Promise<readonly ApiService[]> {
  const services: unknown = await docker.listServices();
  return services as readonly ApiService[];
}

export async function serviceNamed(docker: Docker, name: string): Promise<ApiService> {
  const service: unknown = await docker.getService(name).inspect();
  return service as ApiService;
}

/** Every task of a service that Swarm remembers. */
export async function tasksOf(docker: Docker, service: string): Promise<readonly ApiTask[]> {
  const tasks: unknown = await docker.listTasks({ filters: { service: [service] } });
  return tasks as readonly ApiTask[];
}

/** The tasks of a service that run and are meant to; of a job, that run and are meant to come to their end. */
export async function runningTasks(docker: Docker, service: string): Promise<readonly ApiTask[]> {
  const tasks = await tasksOf(docker, service);
  return tasks.filter(
    (task) => task.Status.State === "running" && ["running", "complete"].includes(task.DesiredState),
  );
}
