import { freemem } from "node:os";
import {
  buildImages,
  defaultDir,
  dockerOf,
  down,
  IMAGES,
  up,
  type Lab,
  type LabNode,
} from "../../lab/lab.ts";
import { fitting } from "./options.ts";
import { benchTask } from "./task.ts";

/** A lab of one node, full of containers. */
export interface FullNode {
  readonly lab: Lab;
  readonly node: LabNode;
  /** Full ids, in the order of their making. */
  readonly ids: readonly string[];
}

export type Say = (line: string) => void;

const NAME = "bench-agent";
const SUBNET = "10.94.0.0/24";
const AT_ONCE = 4;
// Every so many containers have limits, so that throttling and refused memory have something to count.
const LIMITED_EACH = 5;

// A little of everything, cheap enough that a hundred leave the machine idle: a packet to the bridge, a block to the
// disk past the page cache (which cgroup v1 would charge to nobody), a few milliseconds of CPU time.
const TRICKLE = `while :; do
  ping -c 1 -W 1 172.17.0.1 >/dev/null
  dd if=/dev/zero of=/block bs=4k count=1 oflag=direct 2>/dev/null
  i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); done
  sleep 5
done`;

/** Starts the lab and its containers, as many as there is memory for. */
export async function startFullNode(wanted: number, say: Say, signal: AbortSignal): Promise<FullNode> {
  const images = await buildImages(say, null);
  signal.throwIfAborted();
  const lab = await up({ name: NAME, subnet: SUBNET, nodes: 1 }, say, images);
  const [node] = lab.nodes;
  if (node === undefined) throw new Error("the lab has no node");
  const count = fitting(wanted, freemem());
  say(`starting ${count} containers${count < wanted ? ` (memory holds no more of the ${wanted})` : ""}`);
  return { lab, node, ids: await startContainers(node, count, signal) };
}

/** Ends the lab with all that runs on it. Nothing happens when there is none. */
export async function endFullNode(say: Say): Promise<void> {
  await down({ name: NAME, dir: defaultDir(NAME) }, say);
}

async function startContainers(
  node: LabNode,
  count: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const waiting = Array.from({ length: count }, (_, index) => index);
  const ids: string[] = [];
  const work = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      signal.throwIfAborted();
      ids.push(await startContainer(node, index));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ids;
}

async function startContainer(node: LabNode, index: number): Promise<string> {
  const { name, labels } = benchTask(index);
  const limits = index % LIMITED_EACH === 0 ? { NanoCpus: 0.5e9, Memory: 64 * 1024 ** 2 } : {};
  const container = await dockerOf(node).createContainer({
    name,
    Labels: labels,
    Image: IMAGES.node,
    Cmd: ["sh", "-c", TRICKLE],
    HostConfig: { NetworkMode: "bridge", ...limits },
  });
  await container.start();
  return container.id;
}
