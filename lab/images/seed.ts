import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run, tryRun } from "../run.ts";
import type { ImageSet } from "./set.ts";
import { withBuilder } from "./builder.ts";

/**
 * Loading the images takes a node ten seconds of a core. So they are loaded once, and a node that is about to start for
 * the first time gets what the loading daemon made of them. A layer's files are never written again, so all nodes share
 * them by hard links; the daemon's own records are copied.
 */
const LAYERS = "overlay2";
const RECORDS = "image";

/** Loads the images into a data folder that no daemon runs on. */
export async function makeSeed({ tar, seed }: Pick<ImageSet, "tar" | "seed">): Promise<void> {
  await rm(seed, { recursive: true, force: true });
  await withBuilder(seed, (docker) => docker("load", "--quiet", "--input", tar));
}

/** Gives a node that has never run the images. */
export async function plantSeed({ seed }: ImageSet, dataRoot: string): Promise<void> {
  await mkdir(dataRoot, { recursive: true, mode: 0o710 });
  await run(["cp", "-a", join(seed, RECORDS), dataRoot]);
  const linked = await tryRun(["cp", "-al", join(seed, LAYERS), dataRoot]);
  if (linked.code === 0) return;
  // The lab's folder is on another file system, where links cannot reach.
  await rm(join(dataRoot, LAYERS), { recursive: true, force: true });
  await run(["cp", "-a", join(seed, LAYERS), dataRoot]);
}
