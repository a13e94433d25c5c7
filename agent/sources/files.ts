import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Kernel files below one root. Reads are synchronous: a proc or cgroup file costs 18 µs so, 110 µs through promises. */
export interface Files {
  readonly root: string;
  /** The file's text, or null when it does not exist (any more). */
  read(path: string): string | null;
  /** The names of the folders in a folder, symbolic links left out; none when it does not exist (any more). */
  folders(path: string): readonly string[];
  /** The names of all that is in a folder, links included, as sysfs has them; none when it does not exist. */
  entries(path: string): readonly string[];
}

// ENODEV is what the kernel answers for an open file of a cgroup that was removed meanwhile, EOPNOTSUPP for a
// controller's file that was switched off (pressure), ESRCH for a process that ended, EINVAL for a network device
// without the property asked for (a bridge's speed).
const ABSENT = new Set(["ENOENT", "ENOTDIR", "ENODEV", "EOPNOTSUPP", "ESRCH", "EINVAL"]);

/** Files below a folder of the host. */
export function createFiles(root: string): Files {
  return {
    root,
    read: (path) => unlessAbsent(() => readFileSync(join(root, path), "utf8")),
    folders: (path) => unlessAbsent(() => foldersIn(join(root, path))) ?? [],
    entries: (path) => unlessAbsent(() => readdirSync(join(root, path)).sort()) ?? [],
  };
}

/** The same files, each read once at most: one sample's collectors then share a text and agree on it. */
export function readOnce(files: Files): Files {
  const texts = new Map<string, string | null>();
  return {
    ...files,
    read(path) {
      const seen = texts.get(path);
      if (seen !== undefined) return seen;
      const text = files.read(path);
      texts.set(path, text);
      return text;
    },
  };
}

function foldersIn(path: string): readonly string[] {
  // Joined controllers of cgroup v1 are reached by symbolic links (`cpu` to `cpu,cpuacct`); links are not followed
  // here, because the walk would then see them twice.
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}

function unlessAbsent<T>(attempt: () => T): T | null {
  try {
    return attempt();
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Whether a read failed because what it read is not there (any more). */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && ABSENT.has(String(error.code));
}
