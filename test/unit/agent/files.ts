import type { Files } from "../../../agent/sources/files.ts";

/** Kernel files that are only said to exist: by path, with their text. */
export function folderFiles(texts: Readonly<Record<string, string>>): Files {
  const below = (folder: string): readonly string[] => {
    const inside = Object.keys(texts).filter((path) => path.startsWith(`${folder}/`));
    return [...new Set(inside.map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""))].sort();
  };
  return { root: "", read: (path) => texts[path] ?? null, folders: below, entries: below };
}

/** The same files, but these may not be read. */
export function forbidding(files: Files, isForbidden: (path: string) => boolean): Files {
  return {
    ...files,
    read(path) {
      if (isForbidden(path)) throw Object.assign(new Error(`EACCES: ${path}`), { code: "EACCES" });
      return files.read(path);
    },
  };
}
