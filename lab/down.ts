import { readFileSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { cgroupFolders, removeCgroups, thaw } from "./cgroups.ts";
import { labCgroup } from "./names.ts";
import { labNamespaces, removeNet } from "./net/links.ts";
import { findInit } from "./node/processes.ts";
import { silent, type Report } from "./report.ts";
import { run } from "./run.ts";
import { isLabDir, removeDir } from "./state.ts";
import { waitFor } from "./wait.ts";
import { defaultDir, type LabRef } from "./options.ts";

/**
 * Ends a lab and takes away all that it left, however far it had come: processes, mounts, links, namespaces,
 * cgroups, folder. It looks at the machine and not at the state file, so it also ends a lab whose start was cut
 * off. Tells whether there was anything.
 */
export async function down(ref: LabRef, report: Report = silent): Promise<boolean> {
  const namespaces = await labNamespaces(ref.name);
  const known = await isLabDir(ref.dir);
  const found = namespaces.length > 0 || known || cgroupFolders(labCgroup(ref.name)).length > 0;
  if (!found) return false;
  report(`ending lab "${ref.name}"`);
  await endProcesses(ref.name, namespaces);
  await removeNet(ref.name);
  await waitFor(`the cgroups of lab "${ref.name}" to go`, () => removeCgroups(labCgroup(ref.name)), {
    everyMs: 50,
  });
  if (known) {
    await unmountBelow(ref.dir);
    await removeDir(ref.dir);
    // The folder of all labs goes with the last of them.
    if (dirname(ref.dir) === dirname(defaultDir(ref.name)))
      await rmdir(dirname(ref.dir)).catch(() => undefined);
  }
  return true;
}

/**
 * Each node's process 1 gets SIGKILL at once: with it the kernel ends every process of the node (daemon,
 * containerd, shims, containers, stopped ones too) and drops its mounts. Its data is deleted next, so there is
 * nothing that a graceful end would save.
 */
async function endProcesses(lab: string, namespaces: readonly string[]): Promise<void> {
  thaw(labCgroup(lab));
  await waitFor(
    `the processes of lab "${lab}" to end`,
    () => {
      const inits = namespaces
        .map((netns) => findInit(`/run/netns/${netns}`))
        .filter((pid) => pid !== undefined);
      for (const pid of inits) kill(pid);
      if (inits.length === 0) return true;
      throw new Error(`processes ${inits.join(", ")} still run`);
    },
    { timeoutMs: 20_000, everyMs: 20 },
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}

/** Nodes keep their mounts to themselves; this is for what somebody mounted below the folder by hand. */
async function unmountBelow(dir: string): Promise<void> {
  const points = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((point) => point.startsWith(`${dir}/`));
  for (const point of points.reverse()) await run(["umount", "-l", point]);
}
