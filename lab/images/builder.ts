import Docker from "dockerode";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE_DIR } from "../cache.ts";
import { removeCgroups } from "../cgroups.ts";
import { LabError, messageOf } from "../errors.ts";
import { NEW_NAMESPACES } from "../node/namespaces.ts";
import { lastLines, run } from "../run.ts";
import { waitFor } from "../wait.ts";

const DIR = join(CACHE_DIR, "builder");
/** The builder's own data. */
export const BUILDER_DATA = join(DIR, "data");
const SOCKET = join(DIR, "docker.sock");
const CGROUP = "/ballast-lab-builder";
const LOG = join(DIR, "daemon.log");

/** Runs a docker command against the builder. */
export type DockerCli = (...args: readonly string[]) => Promise<string>;

/**
 * Runs the work with a daemon that stands apart from every lab: in the machine's own network, without a bridge and
 * without touching iptables. It leaves its data behind: kept, they are the layer cache of the next build. The caller
 * holds the images' lock.
 */
export async function withBuilder<T>(dataRoot: string, work: (docker: DockerCli) => Promise<T>): Promise<T> {
  await mkdir(DIR, { recursive: true });
  await writeFile(join(DIR, "daemon.json"), "{}\n");
  await rm(SOCKET, { force: true });
  await rm(join(DIR, "docker.pid"), { force: true });
  const log = await open(LOG, "w");
  const child = spawn(
    "unshare",
    [...NEW_NAMESPACES, "sh", join(import.meta.dirname, "builder.sh"), ...daemonArgv(dataRoot)],
    {
      detached: true,
      stdio: ["pipe", log.fd, log.fd],
    },
  );
  const ended = once(child, "close");
  await log.close();
  try {
    await answers();
    return await work(cli);
  } finally {
    child.stdin?.end();
    await ended;
    removeCgroups(CGROUP);
  }
}

function daemonArgv(dataRoot: string): readonly string[] {
  return [
    "dockerd",
    ...["--config-file", join(DIR, "daemon.json")],
    ...["--data-root", dataRoot],
    ...["--exec-root", join(DIR, "exec")],
    ...["--pidfile", join(DIR, "docker.pid")],
    ...["--host", `unix://${SOCKET}`],
    ...["--cgroup-parent", CGROUP],
    ...["--exec-opt", "native.cgroupdriver=cgroupfs"],
    ...["--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false"],
  ];
}

async function cli(...args: readonly string[]): Promise<string> {
  // The classic builder: the other one is a plugin that Debian's package does not bring.
  const env = { ...process.env, DOCKER_HOST: `unix://${SOCKET}`, DOCKER_BUILDKIT: "0" };
  return run(["docker", ...args], { env });
}

async function answers(): Promise<void> {
  const docker = new Docker({ socketPath: SOCKET });
  try {
    await waitFor("the image builder's daemon to answer", async () => Boolean(await docker.ping()), {
      everyMs: 50,
    });
  } catch (fault) {
    const tail = lastLines(await readFile(LOG, "utf8").catch(() => "(no log)"), 15);
    throw new LabError(`${messageOf(fault)}\n${LOG} ends:\n${tail}`, { cause: fault });
  }
}
