import { IMAGES, waitFor, type LabNode } from "../../../lab/lab.ts";
import { run } from "../../../lab/run.ts";

/** A container that a test started on one node with `docker run`, apart from Swarm. */
export interface TestContainer {
  readonly name: string;
  readonly id: string;
  readonly cgroup: string;
  /** Runs a command in it as root and returns what that printed. */
  readonly exec: (...command: readonly string[]) => Promise<string>;
}

/** What `docker stats` says of a container: cores, bytes, processes and threads. */
export interface DockerStats {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly threads: number;
}

/** Figures with their units, as the command line writes them for people. */
type RawStats = Readonly<Record<"CPUPerc" | "MemUsage" | "NetIO" | "BlockIO" | "PIDs", string>>;

/** The label by which the tests find their own containers again. */
export const TEST_LABEL = "ballast.test";
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** The docker command line of this machine, speaking to one node. */
export function docker(node: LabNode, ...words: readonly string[]): Promise<string> {
  return run(["docker", "--host", `unix://${node.socket}`, ...words]);
}

/** Starts a container of the workload image; `cgroupParent` where it is not to stand directly below its node. */
export async function runContainer(
  node: LabNode,
  name: string,
  options: readonly string[] = [],
  cgroupParent = node.cgroup,
): Promise<TestContainer> {
  const parent = cgroupParent === node.cgroup ? [] : [`--cgroup-parent=${cgroupParent}`];
  const words = ["--detach", `--name=${name}`, `--label=${TEST_LABEL}`, ...parent, ...options];
  const id = (await docker(node, "run", ...words, IMAGES.workload)).trim();
  return {
    name,
    id,
    cgroup: `${cgroupParent}/${id}`,
    exec: (...command) => docker(node, "exec", "--user=0", name, ...command),
  };
}

/** Has a workload's task change its load: `cpu=0.5`, `memory_mb=100`. */
export async function setLoad(container: Pick<TestContainer, "exec">, load: string): Promise<void> {
  const url = `http://127.0.0.1:8080/load?${load}`;
  await waitFor(`the workload to take ${load}`, () => container.exec("wget", "-q", "-O", "-", url));
}

/** Has one container send that many bytes to another on the same node, and waits until they are there. */
export async function sendBytes(
  node: LabNode,
  sender: TestContainer,
  receiver: TestContainer,
  bytes: number,
): Promise<void> {
  // With an input that stays open it listens until all has come.
  const listen = "tail -f /dev/null | nc -l -p 9000 > /dev/null";
  await docker(node, "exec", "--detach", receiver.name, "sh", "-c", listen);
  const address = (await receiver.exec("hostname", "-i")).trim();
  const send = `head -c ${bytes} /dev/zero | nc ${address} 9000`;
  await waitFor(`${sender.name} to reach ${address}`, async () => {
    await sender.exec("sh", "-c", send);
    return true;
  });
}

/** Removes all containers of the tests from a node. */
export async function removeContainers(node: LabNode): Promise<void> {
  const ids = (await docker(node, "ps", "--all", "--quiet", `--filter=label=${TEST_LABEL}`)).split("\n");
  const found = ids.filter((id) => id !== "");
  if (found.length > 0) await docker(node, "rm", "--force", "--volumes", ...found);
}

/** Asks `docker stats --no-stream`, which takes about two seconds. */
export async function dockerStats(node: LabNode, name: string): Promise<DockerStats> {
  const said = JSON.parse(
    await docker(node, "stats", "--no-stream", "--format={{json .}}", name),
  ) as RawStats;
  const [memoryBytes, memoryLimitBytes] = pairOf(said.MemUsage);
  const [receivedBytes, sentBytes] = pairOf(said.NetIO);
  const [readBytes, writtenBytes] = pairOf(said.BlockIO);
  const cpuCores = Number(said.CPUPerc.replace("%", "")) / 100;
  const threads = Number(said.PIDs);
  return {
    cpuCores,
    memoryBytes,
    memoryLimitBytes,
    receivedBytes,
    sentBytes,
    readBytes,
    writtenBytes,
    threads,
  };
}

/** Reads `5.7kB / 1.2MB`. */
function pairOf(text: string): readonly [number, number] {
  const [first = "", second = ""] = text.split(" / ");
  return [bytesOf(first), bytesOf(second)];
}

function bytesOf(text: string): number {
  const [, number, unit = ""] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
  return Number(number) * (UNITS[unit] ?? Number.NaN);
}
