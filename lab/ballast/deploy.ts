import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { LabError } from "../errors.ts";
import { IMAGES } from "../images/recipes.ts";
import { labCgroup, type Lab, type LabNode } from "../names.ts";
import { dockerOf } from "../node/daemon.ts";
import { silent, type Report } from "../report.ts";
import { run } from "../run.ts";
import { waitFor } from "../wait.ts";

/** How the product's own stack file is deployed on a lab. */
export interface BallastOptions {
  readonly mode: "observe" | "advise" | "act";
  /** What each node is said to have: all of them share this machine. */
  readonly nodeCpuCores: number;
  readonly nodeMemoryBytes: number;
}

/** Where the parts listen, as the root namespace reaches them. */
export interface BallastAddresses {
  readonly scheduler: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

const ROOT = join(import.meta.dirname, "../..");
const SECRETS = ["ballast_api_token", "ballast_hook_token"];
const STACK = "ballast";
const READY_TIMEOUT_MS = 120_000;

/** Deploys docker-stack.yml as it is, with the lab's images and pace, and waits until its parts are ready. */
export async function deployBallast(
  lab: Lab,
  options: BallastOptions,
  report: Report = silent,
): Promise<BallastAddresses> {
  for (const name of SECRETS) await createSecret(lab, name);
  report(`deploying docker-stack.yml in mode ${options.mode}`);
  await run(
    dockerArgv(lab, ["stack", "deploy", "--resolve-image", "never", "-c", "docker-stack.yml", STACK]),
    {
      cwd: ROOT,
      env: { ...process.env, ...stackEnvironment(lab, options) },
    },
  );
  const addresses = addressesOf(lab);
  const parts = [
    `${addresses.scheduler}/readyz`,
    `${addresses.prometheus}/-/ready`,
    `${addresses.alertmanager}/-/ready`,
  ];
  await Promise.all(
    parts.map((url) => waitFor(`${url} to answer`, () => answers(url), { timeoutMs: READY_TIMEOUT_MS })),
  );
  return addresses;
}

/** Where the stack's parts listen on a lab: published on the node they run on, which is the first manager. */
export function addressesOf(lab: Lab): BallastAddresses {
  const { address } = firstManager(lab);
  return {
    scheduler: `http://${address}:9881`,
    prometheus: `http://${address}:9090`,
    alertmanager: `http://${address}:9093`,
  };
}

/** The node that the stack is deployed through and that publishes its ports. */
export function firstManager(lab: Lab): LabNode {
  const manager = lab.nodes.find((node) => node.manager);
  if (manager === undefined) throw new LabError(`lab "${lab.name}" has no manager`);
  return manager;
}

/** The docker command line of this machine, speaking to the lab's manager. */
export function dockerArgv(lab: Lab, words: readonly string[]): readonly string[] {
  return ["docker", "--host", `unix://${firstManager(lab).socket}`, ...words];
}

function stackEnvironment(lab: Lab, options: BallastOptions): NodeJS.ProcessEnv {
  return {
    BALLAST_IMAGE: IMAGES.ballast,
    PROMETHEUS_IMAGE: IMAGES.prometheus,
    ALERTMANAGER_IMAGE: IMAGES.alertmanager,
    BALLAST_MODE: options.mode,
    BALLAST_CONFIG_FILE: "./demo/ballast.yml",
    PROMETHEUS_CONFIG_FILE: "./demo/prometheus.yml",
    // Swarm fills in the name per node, so that each agent finds the cgroup that is its node.
    BALLAST_AGENT_NODE_CGROUP: `${labCgroup(lab.name)}/{{.Node.Hostname}}`,
    BALLAST_AGENT_NODE_CPU_CORES: String(options.nodeCpuCores),
    BALLAST_AGENT_NODE_MEMORY_BYTES: String(options.nodeMemoryBytes),
  };
}

async function createSecret(lab: Lab, name: string): Promise<void> {
  const docker = dockerOf(firstManager(lab));
  const known = await docker.listSecrets({ filters: { name: [name] } });
  if (known.length > 0) return;
  await docker.createSecret({
    Name: name,
    Data: Buffer.from(randomBytes(24).toString("hex")).toString("base64"),
  });
}

async function answers(url: string): Promise<true> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  if (!response.ok) throw new LabError(`it answers ${response.status} ${(await response.text()).trim()}`);
  return true;
}
