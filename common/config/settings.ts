import * as z from "zod";

/** One value a user may set: its place in the file, the environment variable and the flag that override it. */
export interface Setting {
  readonly path: readonly string[];
  readonly variable: string;
  /** Without the dashes, as in `--path.procfs`. */
  readonly flag: string;
  /** A yes or no: its flag needs no value, and `--no-FLAG` is the opposite. */
  readonly isSwitch: boolean;
  /** What the schema says of it, for `--help`; empty where it says nothing. */
  readonly description: string;
  /** The default as one would write it; null where there is none. */
  readonly byDefault: string | null;
}

/**
 * Every leaf of a configuration schema with its names: `act.quietPeriod` under the prefix `BALLAST_` is
 * `BALLAST_ACT_QUIET_PERIOD` and `--act.quiet-period`. The schema is the only list there is.
 */
export function settingsOf(schema: z.ZodObject, prefix: string): readonly Setting[] {
  return leaves(schema, []).map(({ path, value }) => {
    const { switch: isSwitch, description } = metaOf(value);
    const byDefault = defaultOf(value);
    return {
      path,
      variable: variableOf(path, prefix),
      flag: path.map((key) => hyphenated(key).toLowerCase()).join("."),
      isSwitch: isSwitch === true,
      description: typeof description === "string" ? description : "",
      byDefault: byDefault === undefined ? null : String(byDefault),
    };
  });
}

/** The environment variable of a path in the schema. */
export function variableOf(path: readonly string[], prefix: string): string {
  return prefix + path.map((key) => hyphenated(key).replace(/[-.]/g, "_").toUpperCase()).join("_");
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

function leaves(schema: z.ZodObject, above: readonly string[]): readonly Leaf[] {
  return Object.entries(schema.shape).flatMap(([key, value]) => {
    const inner = unwrap(value);
    const path = [...above, key];
    return inner instanceof z.ZodObject ? leaves(inner, path) : [{ path, value }];
  });
}

/** Defaults wrap what they stand in for; only the inside tells whether there is more below. */
function unwrap(schema: unknown): unknown {
  const inner = innerOf(schema);
  return inner === null ? schema : unwrap(inner);
}

function innerOf(schema: unknown): unknown {
  const wraps =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wraps ? schema.def.innerType : null;
}

/** What a schema and those it wraps say of themselves, the outermost first. */
function metaOf(schema: unknown): Readonly<Record<string, unknown>> {
  if (!(schema instanceof z.ZodType)) return {};
  return { ...metaOf(innerOf(schema)), ...schema.meta() };
}

/** What the schema, or the nearest one inside it that says so, takes for a value that is not given. */
function defaultOf(schema: unknown): string | number | boolean | undefined {
  const says = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  if (says) return schema.def.defaultValue as string | number | boolean;
  const inner = innerOf(schema);
  return inner === null ? undefined : defaultOf(inner);
}

/** `quietPeriod` as `quiet-Period`; a dotted key stays dotted. */
function hyphenated(camel: string): string {
  return camel.replace(/([a-z0-9])([A-Z])/g, "$1-$2");
}
