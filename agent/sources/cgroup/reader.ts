import { createKeptFiles } from "../kept_files.ts";
import type { CgroupLimits, CgroupUse } from "./figures.ts";
import { filesOf, V1_THROTTLING } from "./files.ts";
import { textsOf, type CgroupTexts, type CgroupTree } from "./tree.ts";
import { parseLimits, parseUse } from "./use.ts";

/** Reads many cgroups again and again, and of each only the files that can have changed. */
export interface CgroupReader {
  /**
   * What a cgroup uses, or null when it is gone. `owner` stands for who it is: with another one all is read anew.
   * `now` is on the monotonic clock, in seconds. A file that cannot be read counts as absent.
   */
  read(tree: CgroupTree, cgroup: string, owner: object | null, now: number): CgroupUse | null;
  /** Why a file could not be read, if one could not since this was last asked. */
  takeFailure(): Error | null;
  /** Forgets the others. */
  keepOnly(cgroups: ReadonlySet<string>): void;
}

/** What is known of a cgroup until it is due to be read anew. */
interface Known {
  readonly owner: object | null;
  readonly due: number;
  readonly limits: CgroupLimits;
  readonly files: readonly LocatedFile[];
}

/** A file that the cgroup has, by its name and by its absolute path. */
interface LocatedFile {
  readonly name: string;
  readonly path: string | null;
}

const KEPT_SECONDS = 60;
// Cgroups that were found together are not all read anew in one sample.
const GROUPS = 4;
// Beyond, files are opened anew each time: 140 containers' eleven files at 4 KiB of kernel memory each.
const KEPT_FILES_MOST = 1536;

export function createCgroupReader(): CgroupReader {
  const cgroups = new Map<string, Known>();
  const kept = createKeptFiles(KEPT_FILES_MOST);
  let failure: Error | null = null;

  function read(tree: CgroupTree, cgroup: string, file: string): string | null {
    try {
      return tree.readFile(cgroup, file);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      return null;
    }
  }

  /** From the file that is kept open; one that cannot be read so is asked for by its name, which tells why. */
  function readKept(tree: CgroupTree, cgroup: string, { name, path }: LocatedFile): string | null {
    const length = path === null ? -1 : kept.read(path);
    return length < 0 || length === kept.bytes.length ? read(tree, cgroup, name) : kept.text(length);
  }

  function readAnew(tree: CgroupTree, cgroup: string, owner: object | null, now: number): CgroupUse | null {
    const files = filesOf(tree.version);
    const readAll = (names: readonly string[]): CgroupTexts =>
      textsOf(names, (file) => read(tree, cgroup, file));
    const core = readAll(files.core);
    const limits = parseLimits(tree.version, readAll(files.limits));
    const optional = readAll(
      files.optional.filter((file) => file !== V1_THROTTLING || limits.cpuQuota !== null),
    );
    const there = [...files.core, ...Object.keys(optional)].map((name) => ({
      name,
      path: tree.locate(cgroup, name),
    }));
    const early = cgroups.has(cgroup) ? 0 : (cgroups.size % GROUPS) * (KEPT_SECONDS / GROUPS);
    cgroups.set(cgroup, { owner, due: now + KEPT_SECONDS - early, limits, files: there });
    return useOf(tree.version, { ...core, ...optional }, limits);
  }

  return {
    read(tree, cgroup, owner, now) {
      const known = cgroups.get(cgroup);
      const isFresh = known?.owner === owner && now < known.due;
      if (!isFresh) return readAnew(tree, cgroup, owner, now);
      const texts: Partial<Record<string, string>> = {};
      for (const file of known.files) {
        const text = readKept(tree, cgroup, file);
        if (text !== null) texts[file.name] = text;
      }
      return useOf(tree.version, texts, known.limits);
    },
    takeFailure() {
      const taken = failure;
      failure = null;
      return taken;
    },
    keepOnly(living) {
      const gone = [...cgroups.keys()].filter((cgroup) => !living.has(cgroup));
      if (gone.length === 0) return;
      for (const cgroup of gone) cgroups.delete(cgroup);
      kept.keepOnly(
        new Set([...cgroups.values()].flatMap(({ files }) => files.flatMap(({ path }) => path ?? []))),
      );
    },
  };
}

/** Without CPU and memory a cgroup is gone, whatever else is left of it. */
function useOf(version: 1 | 2, texts: CgroupTexts, limits: CgroupLimits): CgroupUse | null {
  const use = parseUse(version, texts, limits);
  return use.cpuSeconds === null && use.memoryUsage === null ? null : use;
}
