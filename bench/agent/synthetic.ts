import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupFolders } from "../../lab/cgroups.ts";
import { dockerOf } from "../../lab/lab.ts";
import { startFakeDocker, type FakeDocker } from "./fake_docker.ts";
import type { FullNode } from "./node.ts";
import { containerId } from "./task.ts";

/** A /sys with the control groups of containers that do not exist, and a fake Docker that knows them. */
export interface SyntheticHost {
  readonly flags: readonly string[];
  /** How many files each container has. */
  readonly filesEach: number;
  readonly docker: FakeDocker;
}

const MOUNT = "/sys/fs/cgroup";

/** The texts of one cgroup's files, by their folder below /sys/fs/cgroup; one folder in all under cgroup v2. */
type Model = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Copies one real container of the node that many times, with every file that its cgroup has: whatever the kernel's
 * version of them is, formats and sizes are real. The figures in them stand still. So is its network: all copies have
 * the real container's first process.
 */
export async function layOut(folder: string, count: number, full: FullNode): Promise<SyntheticHost> {
  const [real] = full.ids;
  if (real === undefined) throw new Error("there is no container to copy");
  const model = modelOf(`${full.node.cgroup}/${real}`);
  write(join(folder, "fs/cgroup"), "", modelOf(full.node.cgroup));
  const ids = Array.from({ length: count }, (_, index) => containerId(index));
  for (const id of ids) write(join(folder, "fs/cgroup"), `docker/${id}`, model);
  const { State } = await dockerOf(full.node).getContainer(real).inspect();
  const socket = join(folder, "docker.sock");
  return {
    flags: [`--path.sysfs=${folder}`, `--docker.host=unix://${socket}`],
    filesEach: [...model.values()].reduce((sum, texts) => sum + texts.size, 0),
    docker: await startFakeDocker(socket, ids, State.Pid),
  };
}

function modelOf(cgroup: string): Model {
  return new Map(
    cgroupFolders(cgroup).map((path) => [path.slice(MOUNT.length + 1, -cgroup.length), textsIn(path)]),
  );
}

function textsIn(path: string): ReadonlyMap<string, string> {
  const names = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(names.flatMap(({ name }) => textOf(name, join(path, name))));
}

function textOf(name: string, path: string): readonly (readonly [string, string])[] {
  try {
    return [[name, readFileSync(path, "utf8")]];
  } catch {
    // It can only be written to, or its controller is switched off.
    return [];
  }
}

function write(root: string, cgroup: string, model: Model): void {
  for (const [mount, texts] of model) {
    const folder = join(root, mount, cgroup);
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of texts) writeFileSync(join(folder, name), text);
  }
}
