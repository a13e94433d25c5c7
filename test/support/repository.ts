import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { load } from "js-yaml";

/** The repository's folder, wherever a test was started. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** A file's text, by its path in the repository. */
export function readText(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

/** A YAML file's value, by its path in the repository; the caller's schema says what it is. */
export function readYaml(path: string): unknown {
  return load(readText(path), { filename: path });
}
