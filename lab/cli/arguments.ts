import { parseArgs } from "node:util";
import { FAULTS, isFault, labOptions, optionFaults, type Fault, type LabOptions } from "../lab.ts";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "down" }
  | { readonly kind: "images" }
  | { readonly kind: "up"; readonly images: boolean }
  | { readonly kind: "add"; readonly images: boolean }
  | { readonly kind: "status"; readonly json: boolean }
  | { readonly kind: "exec"; readonly node: string; readonly argv: readonly string[] }
  | { readonly kind: "fault"; readonly fault: Fault; readonly node: string };

export type Parsed =
  | { readonly ok: true; readonly command: Command; readonly options: LabOptions }
  | { readonly ok: false; readonly faults: readonly string[] };

const OPTIONS = {
  name: { type: "string" },
  dir: { type: "string" },
  subnet: { type: "string" },
  engine: { type: "string" },
  managers: { type: "string" },
  json: { type: "boolean" },
  images: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads a command line. All of its faults come back at once, so that one round mends them all. */
export function parseCommandLine(argv: readonly string[]): Parsed {
  const split = argv.indexOf("--");
  const own = split === -1 ? argv : argv.slice(0, split);
  const rest = split === -1 ? [] : argv.slice(split + 1);
  const { values, positionals, tokens } = parseArgs({
    args: [...own],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return { ok: true, command: { kind: "help" }, options: labOptions() };
  const faults = tokens.flatMap((token) => (token.kind === "option" ? optionFault(token) : []));
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const [verb = "", ...words] = positionals;
  const command = commandOf(
    verb,
    words,
    { rest, json: values.json === true, images: values.images === true },
    faults,
  );
  const options = labOptions({
    ...defined("name", text(values.name)),
    ...defined("dir", text(values.dir)),
    ...defined("subnet", text(values.subnet)),
    ...defined("engine", text(values.engine)),
    ...defined("nodes", verb === "up" && words[0] !== undefined ? Number(words[0]) : undefined),
    ...defined("managers", text(values.managers) === undefined ? undefined : Number(values.managers)),
  });
  faults.push(...optionFaults(options));
  return faults.length > 0 || command === undefined ? { ok: false, faults } : { ok: true, command, options };
}

interface Extras {
  readonly rest: readonly string[];
  readonly json: boolean;
  readonly images: boolean;
}

function commandOf(
  verb: string,
  words: readonly string[],
  extras: Extras,
  faults: string[],
): Command | undefined {
  if (extras.json && verb !== "status") faults.push("--json: belongs to status");
  if (extras.images && verb !== "up" && verb !== "add") faults.push("--images: belongs to up and add");
  if (extras.rest.length > 0 && verb !== "exec") faults.push('"--": belongs to exec');
  switch (verb) {
    case "up":
      return takes(words, ["N (how many nodes)"], verb, faults) && { kind: verb, images: extras.images };
    case "add":
      return takes(words, [], verb, faults) && { kind: verb, images: extras.images };
    case "down":
    case "images":
      return takes(words, [], verb, faults) && { kind: verb };
    case "status":
      return takes(words, [], verb, faults) && { kind: verb, json: extras.json };
    case "exec":
      if (extras.rest.length === 0) faults.push("exec: name the command after --");
      return takes(words, ["NODE"], verb, faults) && { kind: verb, node: words[0] ?? "", argv: extras.rest };
    case "fault":
      return faultCommand(words, faults);
    default:
      faults.push(verb === "" ? "no command; see --help" : `${verb}: unknown command; see --help`);
      return undefined;
  }
}

function faultCommand(words: readonly string[], faults: string[]): Command | undefined {
  const [kind = "", node = ""] = words;
  if (kind !== "" && !isFault(kind))
    faults.push(`fault ${kind}: use one of ${Object.keys(FAULTS).join(", ")}`);
  if (!takes(words, ["KIND", "NODE"], "fault", faults) || !isFault(kind)) return undefined;
  return { kind: "fault", fault: kind, node };
}

function takes(
  words: readonly string[],
  wanted: readonly string[],
  verb: string,
  faults: string[],
): true | undefined {
  for (const name of wanted.slice(words.length)) faults.push(`${verb}: ${name} is missing`);
  for (const word of words.slice(wanted.length)) faults.push(`${verb}: unexpected "${word}"`);
  return words.length === wanted.length ? true : undefined;
}

function optionFault(token: {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}): string[] {
  if (!Object.hasOwn(OPTIONS, token.name)) return [`${token.rawName}: unknown option`];
  const takesText = OPTIONS[token.name as keyof typeof OPTIONS].type === "string";
  if (takesText && (token.value ?? "") === "") return [`${token.rawName}: needs a value`];
  return !takesText && token.value !== undefined ? [`${token.rawName}: takes no value`] : [];
}

function defined<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
