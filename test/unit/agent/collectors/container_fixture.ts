import type { CgroupTree } from "../../../../agent/sources/cgroup/tree.ts";
import { PLAIN, WEB } from "../fixture.ts";

/** A version 2 tree of these files by cgroup. */
export function treeOf(
  files: Readonly<Record<string, Readonly<Record<string, string | Error>>>>,
): CgroupTree {
  const ids = [WEB, PLAIN];
  return {
    version: 2,
    containers: () => Object.keys(files).map((cgroup, index) => ({ id: ids[index] ?? "", cgroup })),
    read: () => ({}),
    locate: () => null,
    readFile(cgroup, file) {
      const text = files[cgroup]?.[file] ?? null;
      if (text instanceof Error) throw text;
      return text;
    },
  };
}
