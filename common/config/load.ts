import type { z } from "zod";
import { readEnvironment, type EnvironmentScope } from "./environment.ts";
import { ConfigError, type Fault } from "./fault.ts";
import { settingsOf, type Setting } from "./settings.ts";
import { readYamlFile, type YamlMapping } from "./yaml.ts";

/** Where a configuration comes from. The environment wins over the file. */
export interface ConfigSources {
  readonly env: NodeJS.ProcessEnv;
  readonly scope: EnvironmentScope;
  /** A YAML file, or null when there is none. */
  readonly file: string | null;
}

/**
 * Reads, merges and validates a configuration.
 * @throws ConfigError with every fault of file and environment at once.
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  sources: ConfigSources,
): z.output<Schema> {
  const settings = settingsOf(schema, sources.scope.prefix);
  const fromFile = readFile(sources.file);
  const fromEnv = readEnvironment(sources.env, settings, sources.scope);
  const overridden = settings.filter((setting) => fromEnv.values.has(setting.variable));
  const merged = overridden.reduce<YamlMapping>(
    (tree, setting) => withValue(tree, setting.path, fromEnv.values.get(setting.variable)),
    fromFile.mapping,
  );
  const result = schema.safeParse(merged);
  const all = result.error?.issues ?? [];
  // Of a file that was not read nothing can be said; what stands in the environment is wrong in any case.
  const issues = fromFile.faults.length === 0 ? all : all.filter((issue) => isOverridden(issue, overridden));
  const faults = [
    ...fromFile.faults,
    ...fromEnv.faults,
    ...issues.flatMap((issue) => faultsOf(issue, overridden, sources)),
  ];
  if (faults.length > 0 || result.data === undefined) throw new ConfigError(faults);
  return result.data;
}

function isOverridden(issue: z.core.$ZodIssue, overridden: readonly Setting[]): boolean {
  return overridden.some(({ path }) => path.join(".") === issue.path.join("."));
}

interface FileReading {
  readonly mapping: YamlMapping;
  readonly faults: readonly Fault[];
}

/** A file that cannot be read is one fault among others: those of the environment are told with it. */
function readFile(file: string | null): FileReading {
  try {
    return { mapping: file === null ? {} : readYamlFile(file), faults: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { mapping: {}, faults: error.faults };
  }
}

function withValue(tree: YamlMapping, path: readonly string[], value: unknown): YamlMapping {
  const [key, ...rest] = path;
  if (key === undefined) return tree;
  if (rest.length === 0) return { ...tree, [key]: value };
  const below = tree[key];
  const inner =
    typeof below === "object" && below !== null && !Array.isArray(below) ? (below as YamlMapping) : {};
  return { ...tree, [key]: withValue(inner, rest, value) };
}

function faultsOf(
  issue: z.core.$ZodIssue,
  overridden: readonly Setting[],
  sources: ConfigSources,
): readonly Fault[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      place: placeOf([...path, key], overridden, sources),
      problem: "no such setting; remove it or mend its name",
    }));
  }
  const missing = "input" in issue && issue.input === undefined;
  return [
    { place: placeOf(path, overridden, sources), problem: missing ? "is missing; set it" : issue.message },
  ];
}

/** A value that the environment set is mended there; every other one in the file. */
function placeOf(path: readonly string[], overridden: readonly Setting[], sources: ConfigSources): string {
  const dotted = path.join(".");
  const setting = overridden.find((candidate) => dotted.startsWith(candidate.path.join(".")));
  if (setting !== undefined) return setting.variable;
  const [nearest] =
    sources.file === null ? [variableOf(path, sources.scope.prefix)] : [`${sources.file}: ${dotted}`];
  return nearest;
}

function variableOf(path: readonly string[], prefix: string): string {
  return prefix + path.map((key) => key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase()).join("_");
}
