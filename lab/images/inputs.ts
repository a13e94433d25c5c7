import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

/** A hash over the names and contents of files and folders: the same inputs, the same images. */
export async function hashInputs(paths: readonly string[], salt = ""): Promise<string> {
  const hash = createHash("sha256").update(salt);
  for (const path of paths) {
    for (const file of await filesBelow(path)) {
      hash.update(`\0${file}\0`);
      for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** What of a project goes into its image: what its .dockerignore lets in, or everything when that is no list of such. */
export async function contextPaths(project: string): Promise<readonly string[]> {
  const ignore = await readFile(join(project, ".dockerignore"), "utf8").catch(() => "");
  const own = [join(project, "Dockerfile"), join(project, ".dockerignore")];
  const allowed = allowList(ignore);
  const entries =
    allowed ?? (await readdir(project)).filter((entry) => entry !== ".git" && entry !== "node_modules");
  return [...own, ...entries.map((entry) => join(project, entry))];
}

/** The entries of a .dockerignore that shuts everything out and then lets some in; undefined for another kind. */
export function allowList(text: string): readonly string[] | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines[0] !== "*" && lines[0] !== "**") return undefined;
  return lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
}

async function filesBelow(path: string): Promise<readonly string[]> {
  const found = await realpath(path).then(stat, () => undefined);
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
