import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine/engine.ts";
import { LabError, messageOf } from "../errors.ts";
import { nodeDir, nodeNetns, type Lab } from "../names.ts";
import { lastLines } from "../run.ts";
import { findInit } from "./processes.ts";

const SETUP = join(import.meta.dirname, "setup.sh");
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function netnsPath(lab: string, node: string): string {
  return join("/run/netns", nodeNetns(lab, node));
}

/** Starts the node's process 1 and waits until it has laid out the node's mounts. */
export async function startInit(lab: Lab, node: string, engine: Engine): Promise<void> {
  const dir = nodeDir(lab, node);
  const log = join(dir, "init.log");
  const out = await open(log, "a");
  // Not `ip netns exec`, which remounts /sys and so hides the cgroups.
  const child = spawn(
    "nsenter",
    [`--net=${netnsPath(lab.name, node)}`, "unshare", ...NEW_NAMESPACES, "sh", SETUP],
    {
      detached: true,
      stdio: ["ignore", "pipe", out.fd],
      env: { PATH, NODE: node, ROOT: engine.root, LAB_DIR: lab.dir, NODE_DIR: dir },
    },
  );
  await out.close();
  try {
    await saysReady(child);
  } catch (fault) {
    const said = lastLines(await readFile(log, "utf8"), 10);
    throw new LabError(`the namespaces of ${node} could not be set up: ${messageOf(fault)}\n${said}`, {
      cause: fault,
    });
  } finally {
    child.stdout?.destroy();
    child.unref();
  }
}

// A slave of the machine's mounts: what is unmounted there goes here too, nothing goes the other way.
export const NEW_NAMESPACES = ["--uts", "--pid", "--fork", "--mount", "--propagation", "slave"];

/** Waits for the child to say anything at all. */
async function saysReady(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => {
      resolve();
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      reject(new LabError(`it ended (${signal ?? `exit ${code ?? "unknown"}`})`));
    });
  });
}

/** A command line that runs another one inside a node. */
export function insideNode(lab: string, node: string, argv: readonly string[]): readonly string[] {
  const init = findInit(netnsPath(lab, node));
  if (init === undefined) throw new LabError(`node "${node}" of lab "${lab}" does not run`);
  return ["nsenter", `--target=${init}`, "--net", "--uts", "--pid", "--mount", "--", ...argv];
}

/** Starts a command inside a node, with a docker client there speaking to the node's daemon. */
export function spawnInside(
  lab: string,
  node: string,
  argv: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  const [command = "", ...args] = insideNode(lab, node, argv);
  return spawn(command, args, { stdio, env: nodeEnv() });
}

export function nodeEnv(): NodeJS.ProcessEnv {
  return {
    PATH,
    HOME: "/root",
    LANG: "C.UTF-8",
    TERM: process.env["TERM"],
    DOCKER_HOST: "unix:///run/docker.sock",
  };
}
