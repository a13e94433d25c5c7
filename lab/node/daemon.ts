import Docker from "dockerode";
import { spawn } from "node:child_process";
import { open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LabError, messageOf } from "../errors.ts";
import { nodeDir, type Lab, type LabNode } from "../names.ts";
import { lastLines } from "../run.ts";
import { waitFor } from "../wait.ts";
import { insideNode, netnsPath, nodeEnv } from "./namespaces.ts";
import { findDaemon, findInit, type Process } from "./processes.ts";

const START_TIMEOUT_MS = 30_000;

/** A client of one node's daemon. */
export function dockerOf(node: LabNode): Docker {
  return new Docker({ socketPath: node.socket });
}

/** The node's daemon process as the machine sees it, or undefined when it does not run. */
export function daemonOf(lab: string, node: string): Process | undefined {
  const init = findInit(netnsPath(lab, node));
  return init === undefined ? undefined : findDaemon(init);
}

/** Starts a node's daemon, on whatever data the node has, and waits until it answers. */
export async function startDaemon(lab: Lab, node: LabNode): Promise<void> {
  const dir = nodeDir(lab, node.name);
  await writeFile(join(dir, "daemon.json"), "{}\n");
  await rm(node.socket, { force: true });
  const log = await open(join(dir, "daemon.log"), "a");
  // setsid forks once more, so that the daemon is a child of the node's process 1 and of nobody here.
  const [command = "", ...args] = insideNode(lab.name, node.name, [
    "setsid",
    "--fork",
    ...daemonArgv(node, dir),
  ]);
  const child = spawn(command, args, { detached: true, stdio: ["ignore", log.fd, log.fd], env: nodeEnv() });
  child.on("error", () => undefined);
  await log.close();
  await answers(node, dir);
}

/** Where a node's daemon keeps its data. */
export function dataRoot(dir: string): string {
  return join(dir, "data");
}

function daemonArgv(node: LabNode, dir: string): readonly string[] {
  return [
    "dockerd",
    ...["--config-file", join(dir, "daemon.json")],
    ...["--data-root", dataRoot(dir)],
    ...["--exec-root", "/run/docker"],
    ...["--pidfile", "/run/docker.pid"],
    // The first for the stack files that bind /var/run/docker.sock, the second for everybody outside the node.
    ...["--host", "unix:///run/docker.sock"],
    ...["--host", `unix://${node.socket}`],
    ...["--cgroup-parent", node.cgroup],
    ...["--exec-opt", "native.cgroupdriver=cgroupfs"],
  ];
}

async function answers(node: LabNode, dir: string): Promise<void> {
  const docker = dockerOf(node);
  try {
    await waitFor(`the daemon of ${node.name} to answer`, async () => Boolean(await docker.ping()), {
      timeoutMs: START_TIMEOUT_MS,
      everyMs: 50,
    });
  } catch (fault) {
    throw new LabError(`${messageOf(fault)}\n${dir}/daemon.log ends:\n${await logTail(dir)}`, {
      cause: fault,
    });
  }
}

async function logTail(dir: string): Promise<string> {
  return lastLines(await readFile(join(dir, "daemon.log"), "utf8").catch(() => "(no log)"), 15);
}
