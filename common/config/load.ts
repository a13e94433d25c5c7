import type * as z from "zod";
import { readEnvironment, type EnvironmentScope } from "./environment.ts";
import { ConfigError, type Fault } from "./fault.ts";
import { readFlags } from "./flags.ts";
import { settingsOf, variableOf, type Setting } from "./settings.ts";

/** A file's settings as read, before any schema. */
export type Mapping = Readonly<Record<string, unknown>>;

/** A file that holds settings; `read` throws a ConfigError when it cannot. */
export interface ConfigFile {
  readonly path: string;
  read(): Mapping;
}

/** Where a configuration comes from. The command line wins over the environment, and that over the file. */
export interface ConfigSources {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly scope: EnvironmentScope;
  readonly file: ConfigFile | null;
}

/** A setting's value that did not come from the file, and where it stands. */
export interface Override {
  readonly setting: Setting;
  readonly value: string;
  /** The flag or the variable. */
  readonly place: string;
}

/**
 * Reads, merges and validates a configuration.
 * @throws ConfigError with every fault of file, environment and command line at once.
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  sources: ConfigSources,
): z.output<Schema> {
  const fromFile = readFile(sources.file);
  const { overrides, faults: strange } = readOverrides(settingsOf(schema, sources.scope.prefix), sources);
  const merged = overrides.reduce<Mapping>(
    (tree, { setting, value }) => withValue(tree, setting.path, value),
    fromFile.mapping,
  );
  const result = schema.safeParse(merged);
  const all = result.error?.issues ?? [];
  // Of a file that was not read nothing can be said; what stands elsewhere is wrong in any case.
  const issues = fromFile.faults.length === 0 ? all : all.filter((issue) => isOverridden(issue, overrides));
  const faults = [
    ...fromFile.faults,
    ...strange,
    ...issues.flatMap((issue) => faultsOf(issue, overrides, sources)),
  ];
  if (faults.length > 0 || result.data === undefined) throw new ConfigError(faults);
  return result.data;
}

/** What command line and environment say, and what of it belongs to no setting; the values are not judged. */
export function readOverrides(
  settings: readonly Setting[],
  { args, env, scope }: Pick<ConfigSources, "args" | "env" | "scope">,
): { readonly overrides: readonly Override[]; readonly faults: readonly Fault[] } {
  const fromEnv = readEnvironment(env, settings, scope);
  const fromFlags = readFlags(args, settings);
  const overrides = settings.flatMap((setting): readonly Override[] => {
    const { variable, flag } = setting;
    const flagged = fromFlags.values.get(variable);
    if (flagged !== undefined) return [{ setting, value: flagged, place: `--${flag}` }];
    const value = fromEnv.values.get(variable);
    return value === undefined ? [] : [{ setting, value, place: variable }];
  });
  return { overrides, faults: [...fromEnv.faults, ...fromFlags.faults] };
}

function isOverridden(issue: z.core.$ZodIssue, overrides: readonly Override[]): boolean {
  return overrides.some(({ setting }) => setting.path.join(".") === issue.path.join("."));
}

interface FileReading {
  readonly mapping: Mapping;
  readonly faults: readonly Fault[];
}

/** A file that cannot be read is one fault among others: those of the environment are told with it. */
function readFile(file: ConfigFile | null): FileReading {
  try {
    return { mapping: file === null ? {} : file.read(), faults: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { mapping: {}, faults: error.faults };
  }
}

function withValue(tree: Mapping, path: readonly string[], value: unknown): Mapping {
  const [key, ...rest] = path;
  if (key === undefined) return tree;
  if (rest.length === 0) return { ...tree, [key]: value };
  const below = tree[key];
  const inner =
    typeof below === "object" && below !== null && !Array.isArray(below) ? (below as Mapping) : {};
  return { ...tree, [key]: withValue(inner, rest, value) };
}

function faultsOf(
  issue: z.core.$ZodIssue,
  overrides: readonly Override[],
  sources: ConfigSources,
): readonly Fault[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      place: placeOf([...path, key], overrides, sources),
      problem: "no such setting; remove it or mend its name",
    }));
  }
  const missing = "input" in issue && issue.input === undefined;
  return [
    { place: placeOf(path, overrides, sources), problem: missing ? "is missing; set it" : issue.message },
  ];
}

/** A value that a flag or the environment set is mended there; every other one in the file. */
function placeOf(path: readonly string[], overrides: readonly Override[], sources: ConfigSources): string {
  const dotted = path.join(".");
  const override = overrides.find(({ setting }) => `${dotted}.`.startsWith(`${setting.path.join(".")}.`));
  if (override !== undefined) return override.place;
  return sources.file === null ? variableOf(path, sources.scope.prefix) : `${sources.file.path}: ${dotted}`;
}
