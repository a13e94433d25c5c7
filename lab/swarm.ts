import { LabError, messageOf } from "./errors.ts";
import type { Lab, LabNode } from "./names.ts";
import { daemonOf, dockerOf } from "./node/daemon.ts";
import { waitFor } from "./wait.ts";

/** A swarm node as a manager sees it: the part of it that the lab looks at. */
export interface SwarmNode {
  readonly id: string;
  readonly hostname: string;
  readonly state: string;
  readonly availability: string;
}

interface RawNode {
  readonly ID: string;
  readonly Description?: { readonly Hostname?: string };
  readonly Status?: { readonly State?: string };
  readonly Spec?: { readonly Availability?: string };
}

const SWARM_PORT = 2377;
const MANAGER_ANSWERS_MS = 5_000;
// Down is noticed after about 15 s; with several managers and a new leader it may take a minute.
const SEEN_MS = 120_000;

/** Makes a swarm of the first node. */
export async function initSwarm(node: LabNode): Promise<void> {
  await dockerOf(node).swarmInit({
    ListenAddr: `${node.address}:${SWARM_PORT}`,
    AdvertiseAddr: node.address,
  });
}

/** Lets a node join the swarm that another one manages. */
export async function joinSwarm(manager: LabNode, node: LabNode): Promise<void> {
  const { JoinTokens } = (await dockerOf(manager).swarmInspect()) as {
    readonly JoinTokens: { readonly Worker: string; readonly Manager: string };
  };
  await dockerOf(node).swarmJoin({
    ListenAddr: `${node.address}:${SWARM_PORT}`,
    AdvertiseAddr: node.address,
    RemoteAddrs: [`${manager.address}:${SWARM_PORT}`],
    JoinToken: node.manager ? JoinTokens.Manager : JoinTokens.Worker,
  });
}

/** The swarm's nodes as one manager sees them. */
export async function swarmNodes(manager: LabNode): Promise<readonly SwarmNode[]> {
  const raw = (await dockerOf(manager).listNodes()) as readonly RawNode[];
  return raw.map((node) => ({
    id: node.ID,
    hostname: node.Description?.Hostname ?? "",
    state: node.Status?.State ?? "unknown",
    availability: node.Spec?.Availability ?? "unknown",
  }));
}

/** The first manager whose daemon runs. */
export function aManager(lab: Lab): LabNode {
  const manager = lab.nodes.find(({ manager, name }) => manager && isAwake(daemonOf(lab.name, name)?.state));
  if (manager !== undefined) return manager;
  throw new LabError(`lab "${lab.name}" has no running manager`);
}

/** A stopped (T) or dead daemon answers nobody. */
function isAwake(state: string | undefined): boolean {
  return state !== undefined && state !== "T" && state !== "Z";
}

/** The first manager that answers for the swarm: one that is hung, cut off or without a quorum does not. */
export async function answeringManager(lab: Lab, besides?: string): Promise<LabNode> {
  const candidates = lab.nodes.filter(({ manager, name }) => manager && name !== besides);
  const refusals: string[] = [];
  for (const node of candidates) {
    try {
      await dockerOf(node).listNodes({ abortSignal: AbortSignal.timeout(MANAGER_ANSWERS_MS) });
      return node;
    } catch (fault) {
      refusals.push(`${node.name}: ${messageOf(fault)}`);
    }
  }
  throw new LabError(`no manager of lab "${lab.name}" answers: ${refusals.join("; ") || "it has no other"}`);
}

/** Waits until a manager (another one than `besides`) sees the node in the wanted condition. */
export async function waitForNode(
  lab: Lab,
  name: string,
  what: string,
  holds: (node: SwarmNode) => boolean,
  besides?: string,
): Promise<void> {
  await waitFor(
    `${name} to be ${what}`,
    async () => {
      const seen = (await swarmNodes(await answeringManager(lab, besides))).find(
        (node) => node.hostname === name,
      );
      if (seen !== undefined && holds(seen)) return true;
      throw new LabError(seen === undefined ? "not in the swarm" : `${seen.state}, ${seen.availability}`);
    },
    { timeoutMs: SEEN_MS, everyMs: 200 },
  );
}
