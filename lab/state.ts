import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LabError } from "./errors.ts";
import type { Lab } from "./names.ts";
import type { LabRef } from "./options.ts";

/** A lab's folder is one that holds this file: without it nothing is ever deleted there. */
const STATE_FILE = "lab.json";

/** Makes the lab's folder, or fails when the folder is something else's. */
export async function claimDir(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const entries = await readdir(dir);
  if (entries.length > 0 && !entries.some((entry) => entry.startsWith(STATE_FILE)))
    throw new LabError(`${dir} is not empty and not a lab's folder. Name another one with --dir.`);
}

export async function isLabDir(dir: string): Promise<boolean> {
  return (await readState(dir)) !== undefined;
}

/** Removes a lab's folder, the state file last: a removal that was cut off can be taken up again. */
export async function removeDir(dir: string): Promise<void> {
  for (const entry of (await readdir(dir)).filter((name) => name !== STATE_FILE))
    await remove(join(dir, entry));
  await remove(dir);
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

export async function writeState(lab: Lab): Promise<void> {
  const path = join(lab.dir, STATE_FILE);
  // By rename, so that a reader or a crash never meets half a file.
  await writeFile(`${path}.new`, `${JSON.stringify(lab, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** The lab as its folder records it. */
export async function loadState(ref: LabRef): Promise<Lab> {
  const text = await readState(ref.dir);
  if (text === undefined)
    throw new LabError(
      `no lab "${ref.name}" in ${ref.dir}. Start one: npm run lab -- up 4 --name ${ref.name}`,
    );
  const lab = JSON.parse(text) as Lab;
  if (lab.name !== ref.name) throw new LabError(`${ref.dir} holds the lab "${lab.name}", not "${ref.name}".`);
  return lab;
}

async function readState(dir: string): Promise<string | undefined> {
  return readFile(join(dir, STATE_FILE), "utf8").catch(() => undefined);
}
