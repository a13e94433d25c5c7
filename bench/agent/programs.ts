import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { cgroupFolders } from "../../lab/cgroups.ts";
import { execOn } from "../../lab/lab.ts";
import { childOf } from "../support/processes.ts";
import type { FullNode } from "./node.ts";
import type { BenchOptions } from "./options.ts";
import { scrape } from "./scrape.ts";
import { AGENT_PROGRAM, shippedAgent } from "./shipped.ts";

/** A program that exports metrics, in the node's namespaces: it sees the node's processes, mounts and devices. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** What is to be started; it listens on the port. */
export interface Start {
  readonly name: string;
  readonly port: number;
  readonly argv: readonly string[];
}

const START_SECONDS = 15;

// Both programs leave out what containers mount, which on an ordinary host is below /var/lib/docker and on a lab is not.
const CONTAINERS_MOUNTS =
  "--collector.filesystem.mount-points-exclude=" +
  "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+|var/tmp/ballast-lab/.+)($|/)";

/** The agent as the image runs it, but for a fresh sample with every scrape. */
export function agentStart(
  name: string,
  port: number,
  { v8Flags }: Pick<BenchOptions, "v8Flags">,
  flags: readonly string[],
): Start {
  const shipped = shippedAgent();
  const env = Object.entries(shipped.env).map(([key, value]) => `${key}=${value}`);
  const node = [process.execPath, ...(v8Flags ?? shipped.v8Flags), AGENT_PROGRAM];
  const own = [`--web.listen-address=:${port}`, "--sample.max-age=0s", "--log.level=error"];
  return { name, port, argv: ["env", ...env, ...node, ...own, ...flags] };
}

/**
 * The agent that sees the node's control groups as those of a whole machine, so that it shows a host's series too and
 * no other lab's containers.
 */
export function agentOfNode({ node }: FullNode, port: number, options: BenchOptions): Start {
  const { argv, ...rest } = agentStart("agent", port, options, [
    `--docker.host=unix://${node.socket}`,
    CONTAINERS_MOUNTS,
  ]);
  const binds = cgroupFolders(node.cgroup).map(
    (folder) => `mount --bind ${folder} ${folder.slice(0, -node.cgroup.length)}`,
  );
  const script = [...binds, 'exec "$@"'].join(" && ");
  return {
    ...rest,
    argv: ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", ...argv],
  };
}

/** Debian's own build, with its defaults, but for systemd: the node has none, and it would log that each time. */
export function nodeExporter(port: number): Start {
  const flags = [
    `--web.listen-address=:${port}`,
    "--log.level=error",
    "--no-collector.systemd",
    CONTAINERS_MOUNTS,
  ];
  return { name: "node_exporter", port, argv: ["/usr/bin/prometheus-node-exporter", ...flags] };
}

/** Starts a program on the node and waits until it answers. */
export async function start(full: FullNode, what: Start, signal: AbortSignal): Promise<Program> {
  const { lab, node } = full;
  const child = execOn(lab, node.name, what.argv, ["ignore", "inherit", "inherit"]);
  const url = `http://${node.address}:${what.port}/metrics`;
  const deadline = performance.now() + START_SECONDS * 1000;
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`${what.name} did not answer at ${url} within ${START_SECONDS} s`);
    await sleep(50, undefined, { signal });
  }
  // What was spawned waits outside the node's pid namespace for the program inside.
  const pid = childOf(child.pid ?? 0);
  return {
    name: what.name,
    pid,
    url,
    async stop() {
      const ended = once(child, "exit");
      process.kill(pid, "SIGTERM");
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return scrape(url, "plain").then(
    ({ series }) => series > 0,
    () => false,
  );
}
