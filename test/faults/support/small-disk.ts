import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../lab/run.ts";
import type { Ending } from "../../e2e/support/scheduler.ts";

/** A file system of its own, of a few megabytes. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all that is left of it. */
  fill(): void;
  /** Gives that back. */
  free(): void;
}

const PAGE = Buffer.alloc(4096);

/** Mounts one in memory, until the context ends; needs root, as the lab does. */
export async function mountSmallDisk(context: Ending): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), "ballast-disk-"));
  await run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]);
  context.after(async () => {
    // Lazily: a scheduler that has a file in it open may end after this.
    await run(["umount", "--lazy", folder]);
    await rm(folder, { recursive: true });
  });
  const filler = join(folder, "somebody-elses");
  return {
    folder,
    fill() {
      writeUntilFull(filler);
    },
    free() {
      rmSync(filler);
    },
  };
}

function writeUntilFull(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, PAGE);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
  }
}
