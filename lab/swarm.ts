import { LabError } from "./errors.ts";
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

/** The first manager that runs and is not the one to leave out. */
export function aManager(lab: Lab, besides?: string): LabNode {
  const manager = lab.nodes.find(
    (node) => node.manager && node.name !== besides && isAwake(daemonOf(lab.name, node.name)?.state),
  );
  if (manager === undefined)
    throw new LabError(
      `lab "${lab.name}" has no running manager${besides === undefined ? "" : ` besides ${besides}`}`,
    );
  return manager;
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
      const seen = (await swarmNodes(aManager(lab, besides))).find((node) => node.hostname === name);
      if (seen !== undefined && holds(seen)) return true;
      throw new LabError(seen === undefined ? "not in the swarm" : `${seen.state}, ${seen.availability}`);
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
}

/** A stopped (T) or dead daemon answers nobody. */
function isAwake(state: string | undefined): boolean {
  return state !== undefined && state !== "T" && state !== "Z";
}
