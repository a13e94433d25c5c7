import { readFileSync } from "node:fs";
import { load, YAMLException } from "js-yaml";
import { ConfigError } from "./fault.ts";
import type { ConfigFile, Mapping } from "./load.ts";

/** A YAML file as a source of settings. */
export function yamlFile(path: string): ConfigFile {
  return { path, read: () => readYamlFile(path) };
}

/**
 * Reads a YAML file whose top is a mapping. An empty file is an empty mapping.
 * @throws ConfigError that names the file and, for bad syntax, the line and column.
 */
export function readYamlFile(file: string): Mapping {
  const value = parse(file, readText(file));
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new ConfigError([
      { place: file, problem: "the top of the file is no mapping; write `key: value` lines" },
    ]);
  }
  return value as Mapping;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      { place: file, problem: `cannot be read (${why}); name a file that can be read` },
    ]);
  }
}

function parse(file: string, source: string): unknown {
  if (source.trim() === "") return {};
  try {
    return load(source, { filename: file });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    const place = mark === undefined ? file : `${file}:${mark.line + 1}:${mark.column + 1}`;
    throw new ConfigError([{ place, problem: `no valid YAML (${reason}); mend that line` }]);
  }
}
