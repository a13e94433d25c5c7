import fc from "fast-check";
import type { Json } from "../../support/hostile-world.ts";

/** What of JSON Schema the API's description makes use of. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What a schema does not tell. */
export interface Lore {
  /** Where `$ref` leads. */
  readonly parts: Readonly<Record<string, JsonSchema>>;
  /** By a property's name: words that mean something there; under an empty name such as may stand anywhere. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** By a property's name: keys that mean something in what it holds, where any may stand. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** By a property's name: the part that is meant where the schema takes anything. */
  readonly meant: Readonly<Record<string, string>>;
}

const DEPTH_MOST = 12;
const NUMBERS = [0, 1, 2, 5, 0.1, 100, 1e9];
const MOMENTS = ["2026-01-15T12:00:00Z", "2026-01-15T11:59:00+01:00"];

/** Values that fit a schema, as far as a schema says what fits. `name`: of the property they are for. */
export function fitting(schema: JsonSchema, lore: Lore, name = "", depth = 0): fc.Arbitrary<Json> {
  if (depth > DEPTH_MOST) return fc.constant(null);
  const within = (part: JsonSchema): fc.Arbitrary<Json> => fitting(part, lore, name, depth + 1);
  if (schema.$ref !== undefined) return within(lore.parts[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return fc.oneof(...either.map(within));
  const [first, ...more] = schema.allOf ?? [];
  // All at once is not to be had in general: here it is objects, whose parts are put together.
  if (first !== undefined)
    return fc.tuple(within(first), ...more.map(within)).map((all) => Object.assign({}, ...all) as Json);
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return anything(lore, name, depth);
  return fc.oneof(...types.map((type) => ofType(type, schema, lore, name, depth)));
}

function anything(lore: Lore, name: string, depth: number): fc.Arbitrary<Json> {
  const part = lore.meant[name];
  if (part !== undefined) return fitting({ $ref: part }, lore, "", depth + 1);
  return fc.jsonValue({ maxDepth: 1 }).map((value) => value as Json);
}

function ofType(
  type: string,
  schema: JsonSchema,
  lore: Lore,
  name: string,
  depth: number,
): fc.Arbitrary<Json> {
  switch (type) {
    case "string":
      return text(schema, lore, name);
    case "boolean":
      return fc.boolean();
    case "integer":
      return number(schema).map(Math.round);
    case "number":
      return number(schema);
    case "array":
      return list(schema, lore, name, depth);
    case "object":
      return object(schema, lore, name, depth);
    default:
      return fc.constant(null);
  }
}

function text({ minLength = 0, maxLength = 1000, pattern, format }: JsonSchema, lore: Lore, name: string) {
  if (format === "date-time") return fc.constantFrom(...MOMENTS);
  const shape = new RegExp(pattern ?? "");
  const fits = (word: string): boolean =>
    word.length >= minLength && word.length <= maxLength && shape.test(word);
  const own = (lore.words[name] ?? []).filter(fits);
  const any = (lore.words[""] ?? []).filter(fits);
  const free =
    pattern === undefined
      ? fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 12) })
      : fc.stringMatching(shape, { size: "small" }).filter(fits);
  return fc.oneof(
    { arbitrary: free, weight: 1 },
    ...(own.length > 0 ? [{ arbitrary: fc.constantFrom(...own), weight: 12 }] : []),
    ...(any.length > 0 ? [{ arbitrary: fc.constantFrom(...any), weight: 1 }] : []),
  );
}

function number({ minimum = -1e9, maximum = 1e9 }: JsonSchema): fc.Arbitrary<number> {
  const usual = NUMBERS.filter((each) => each >= minimum && each <= maximum);
  const edges = fc.constantFrom(minimum, maximum);
  if (usual.length === 0) return edges;
  return fc.oneof({ arbitrary: fc.constantFrom(...usual), weight: 9 }, { arbitrary: edges, weight: 1 });
}

function list(
  { items = {}, minItems = 0, maxItems = 3 }: JsonSchema,
  lore: Lore,
  name: string,
  depth: number,
): fc.Arbitrary<Json> {
  return fc.array(fitting(items, lore, name, depth + 1), {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(3, maxItems)),
  });
}

function object(
  { properties = {}, required = [], additionalProperties = false }: JsonSchema,
  lore: Lore,
  name: string,
  depth: number,
): fc.Arbitrary<Json> {
  const meant = lore.meant[name];
  if (meant !== undefined && Object.keys(properties).length === 0) return anything(lore, name, depth);
  const every = Object.fromEntries(
    Object.entries(properties).map(([key, part]) => [key, fitting(part, lore, key, depth + 1)]),
  );
  const needed = Object.fromEntries(Object.entries(every).filter(([key]) => required.includes(key)));
  // What may be left out mostly is: of many things together one is soon wrong.
  const named = fc.oneof(
    fc.record(needed, { noNullPrototype: true }),
    fc.record(every, { requiredKeys: [...required], noNullPrototype: true }),
  );
  // Strict where nothing is said: what is added there is either ignored or refused, and others try that.
  if (additionalProperties === false || Object.keys(properties).length > 0) return named;
  const known = lore.keys[name] ?? ["a", "node.role", "x-y"];
  const part = additionalProperties === true ? {} : additionalProperties;
  return fc.dictionary(fc.constantFrom(...known), fitting(part, lore, "", depth + 1), { maxKeys: 2 });
}
