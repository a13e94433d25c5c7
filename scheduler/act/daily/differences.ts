import { isDeepStrictEqual } from "node:util";
import type { FieldChange } from "../../domain/daily.ts";
import { isMapping } from "../mapping.ts";

/** Places whose values anybody may see. Elsewhere, as in the environment or in arguments, secrets may stand. */
const SHOWN =
  /^(Mode|TaskTemplate\.(ContainerSpec\.Image$|ForceUpdate$|Placement|Resources)|UpdateConfig|RollbackConfig|Role$|Availability$|Labels\.)/;

/** The places in which two specs differ, in the order of the second. Lists are compared whole. Pure. */
export function differencesOf(before: unknown, after: unknown): readonly FieldChange[] {
  return below("", before, after);
}

function below(place: string, before: unknown, after: unknown): readonly FieldChange[] {
  if (isMapping(before) && isMapping(after)) {
    const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
    return [...keys].flatMap((key) =>
      below(place === "" ? key : `${place}.${key}`, valueAt(before, key), valueAt(after, key)),
    );
  }
  if (isDeepStrictEqual(before ?? null, after ?? null)) return [];
  return [{ place, ...(SHOWN.test(place) ? { before: before ?? null, after: after ?? null } : {}) }];
}

function valueAt(mapping: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
