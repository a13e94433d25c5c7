import { z } from "zod";

/** One value a user may set: its place in the file and the environment variable that overrides it. */
export interface Setting {
  readonly path: readonly string[];
  readonly variable: string;
}

/**
 * Every leaf of a configuration schema, with its environment variable: `act.quietPeriod` under the prefix
 * `BALLAST_` is `BALLAST_ACT_QUIET_PERIOD`. The schema is the only list there is.
 */
export function settingsOf(schema: z.ZodObject, prefix: string): readonly Setting[] {
  return leaves(schema, []).map((path) => ({ path, variable: prefix + path.map(upperSnake).join("_") }));
}

function leaves(schema: z.ZodObject, above: readonly string[]): readonly (readonly string[])[] {
  return Object.entries(schema.shape).flatMap(([key, value]) => {
    const inner = unwrap(value);
    const path = [...above, key];
    return inner instanceof z.ZodObject ? leaves(inner, path) : [path];
  });
}

/** Defaults wrap what they stand in for; only the inside tells whether there is more below. */
function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.def.innerType);
  }
  return schema;
}

function upperSnake(camel: string): string {
  return camel.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}
