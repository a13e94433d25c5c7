import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** One source of packages, of either of apt's two formats. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

/** All sources that apt has in its configuration. */
export async function aptSources(dir: string): Promise<readonly AptSource[]> {
  const lists = globSync(["sources.list", "sources.list.d/*.list"], { cwd: dir }).sort();
  const deb822 = globSync("sources.list.d/*.sources", { cwd: dir }).sort();
  const texts = (paths: readonly string[]) =>
    Promise.all(paths.map((path) => readFile(join(dir, path), "utf8")));
  return [...(await texts(deb822)).flatMap(parseDeb822), ...(await texts(lists)).flatMap(parseOneLine)];
}

/** Where this machine gets its own release from. */
export function debianMirror(sources: readonly AptSource[], codename: string): string | undefined {
  return sources.find(({ suites, components }) => suites.includes(codename) && components.includes("main"))
    ?.uri;
}

/** The one-line format: `deb [options] URI SUITE COMPONENT…`. */
export function parseOneLine(text: string): readonly AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const [, uri = "", suite = "", components = ""] = match;
    return [{ uri, suites: [suite], components: words(components) }];
  });
}

/** The deb822 format: paragraphs of fields, whose values may go on on indented lines. */
export function parseDeb822(text: string): readonly AptSource[] {
  const plain = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n");
  return plain.split(/\n\s*\n/).flatMap((paragraph) => {
    const field = (name: string): readonly string[] =>
      words(new RegExp(`^${name}:(.*(?:\\n[ \\t].*)*)`, "im").exec(paragraph)?.[1] ?? "");
    if (!field("Types").includes("deb") || field("Enabled")[0]?.toLowerCase() === "no") return [];
    return field("URIs").map((uri) => ({ uri, suites: field("Suites"), components: field("Components") }));
  });
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter(Boolean);
}
