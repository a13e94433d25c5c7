import fc from "fast-check";
import type { Documents, Json, JsonObject } from "./hostile-world.ts";

/** Keys that every object has, or that make another of it. */
export const KEYS_OF_OBJECTS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

const DEPTH = 300;

/** Text that nobody thought of: empty, long, no text at all, of other scripts, half a character. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...KEYS_OF_OBJECTS),
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\ud800",
    "\u202e",
    "null",
    "NaN",
    "-1",
    "+Inf",
    "1e999",
    "0x10",
    "../nodes",
  ),
  fc.constantFrom("x".repeat(20_000), "node.role==worker", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
  fc.string({ unit: "binary", maxLength: 12 }),
);

/** Numbers at and beyond every edge that JSON can carry. */
export const hostileNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -1, 0.5, -0.1, 1e-300, 1e9, 1e308, -1e308, 2 ** 31, 2 ** 63, Number.MAX_SAFE_INTEGER),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const nested: fc.Arbitrary<Json> = fc.boolean().map((asList) => {
  let inner: Json = "deep";
  for (let depth = 0; depth < DEPTH; depth += 1) inner = asList ? [inner] : { Spec: inner };
  return inner;
});

/** Any value in place of another. */
export const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false),
  hostileNumber,
  hostileText,
  nested,
  fc.constantFrom<Json>([], [null], {}, ["a", "a"]),
  fc.constantFrom(...KEYS_OF_OBJECTS).map((key) => withKey({}, key, { Replicas: 0 })),
  fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json),
);

/** What is done to one place of a document. */
export type Deed =
  | { readonly deed: "replace"; readonly value: Json }
  | { readonly deed: "remove" }
  | { readonly deed: "double" }
  | { readonly deed: "add"; readonly key: string; readonly value: Json };

/** The place is chosen among all that the document has by then. */
export interface Mutation {
  readonly place: number;
  readonly what: Deed;
}

const someDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: hostileValue.map((value): Deed => ({ deed: "replace", value })) },
  { weight: 2, arbitrary: fc.constantFrom<Deed>({ deed: "remove" }, { deed: "double" }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.oneof(fc.constantFrom(...KEYS_OF_OBJECTS), hostileText), hostileValue)
      .map(([key, value]): Deed => ({ deed: "add", key, value })),
  },
);

export const someMutation: fc.Arbitrary<Mutation> = fc.record(
  { place: fc.nat(1_000_000), what: someDeed },
  { noNullPrototype: true },
);

interface Place {
  readonly holder: JsonObject | Json[];
  readonly key: string | number;
  readonly path: string;
}

/** Carries a mutation out within a part of the documents; returns the path of the place. */
export function spoil(part: JsonObject | Json[], { place, what }: Mutation): string {
  const places = placesIn(part, "");
  const chosen = places[place % places.length];
  if (chosen === undefined) return "";
  const { holder, key } = chosen;
  const value = Array.isArray(holder) ? holder[Number(key)] : holder[key];
  if (what.deed === "remove") removeFrom(holder, key);
  else if (what.deed === "double") double(holder, key, value ?? null);
  else if (what.deed === "replace") withKey(holder as JsonObject, String(key), structuredClone(what.value));
  else if (Array.isArray(value)) value.push(structuredClone(what.value));
  else if (isHolder(value)) withKey(value, what.key, structuredClone(what.value));
  return chosen.path;
}

function removeFrom(holder: JsonObject | Json[], key: string | number): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
  else delete holder[key];
}

/** A list has the element twice; an object has it in a list. */
function double(holder: JsonObject | Json[], key: string | number, value: Json): void {
  if (Array.isArray(holder)) holder.push(structuredClone(value));
  else holder[key] = [value, structuredClone(value)];
}

/** Sets a key as a parser of JSON does: also `__proto__` is then a key like others. */
function withKey(holder: JsonObject, key: string, value: Json): JsonObject {
  return Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function isHolder(value: Json | undefined): value is JsonObject | Json[] {
  return typeof value === "object" && value !== null;
}

/** Every place inside; not into what is nested deeper than any answer. */
function placesIn(holder: JsonObject | Json[], path: string, depth = 0): readonly Place[] {
  if (depth > 12) return [];
  return Object.entries(holder).flatMap(([key, value]): readonly Place[] => {
    const here = { holder, key: Array.isArray(holder) ? Number(key) : key, path: `${path}.${key}` };
    return isHolder(value) ? [here, ...placesIn(value, here.path, depth + 1)] : [here];
  });
}

/** The parts of a manager's answers; services twice, since most can go wrong with them. */
export function dockerParts({ docker }: Documents): readonly (JsonObject | Json[])[] {
  return [docker.services, docker.services, docker.nodes, docker.tasks, docker.info, docker.configs];
}
