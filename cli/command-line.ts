import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { dockerHost, type DockerHost } from "../common/docker.ts";

/** What every command is given. */
export interface Common {
  /** The scheduler's address. */
  readonly url: string;
  /** The secret that orders need; null when none was given. */
  readonly token: string | null;
  readonly json: boolean;
  /** Whether questions are answered with yes beforehand. */
  readonly yes: boolean;
}

/** What the command line asks a scheduler for. */
export type Command =
  | {
      readonly kind: "drain";
      readonly node: string;
      readonly force: boolean;
      readonly wait: boolean;
      readonly reason: string;
    }
  | { readonly kind: "restore"; readonly node: string }
  | {
      readonly kind: "pause";
      readonly service: string | null;
      readonly duration: string | null;
      readonly reason: string;
    }
  | { readonly kind: "resume"; readonly service: string | null }
  | { readonly kind: "reset"; readonly reason: string }
  | { readonly kind: "orders" }
  | { readonly kind: "explain"; readonly subject: ExplainSubject | null };

/** What is to be explained, by name or id. */
interface ExplainSubject {
  readonly kind: (typeof SUBJECTS)[number];
  readonly name: string;
}

const SUBJECTS = ["service", "node", "task"] as const;

/** The one command that asks no scheduler: none may run any more. */
export interface Uninstall extends Pick<Common, "json" | "yes"> {
  readonly kind: "uninstall";
  /** A manager's Docker, and that as it was written. */
  readonly docker: DockerHost;
  readonly dockerAddress: string;
}

export type CommandLine =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "faults"; readonly faults: readonly string[] }
  | { readonly kind: "run"; readonly command: Command; readonly common: Common }
  | Uninstall;

const OPTIONS = {
  url: { type: "string" },
  "token-file": { type: "string" },
  json: { type: "boolean", default: false },
  yes: { type: "boolean", short: "y", default: false },
  force: { type: "boolean", default: false },
  "no-wait": { type: "boolean", default: false },
  reason: { type: "string" },
  for: { type: "string" },
  "docker-host": { type: "string" },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
} as const;

type OptionName = keyof typeof OPTIONS;
type Verb = Command["kind"] | Uninstall["kind"];

const COMMON: readonly OptionName[] = ["json", "yes", "help", "version"];
/** Where the scheduler is and what it asks for: of every command that speaks to one. */
const SCHEDULER: readonly OptionName[] = ["url", "token-file"];
/** The words and the options that each command takes besides these. */
const COMMANDS = {
  drain: { words: ["NODE"], optional: 0, options: ["force", "no-wait", "reason"] },
  restore: { words: ["NODE"], optional: 0, options: [] },
  pause: { words: ["SERVICE"], optional: 1, options: ["reason", "for"] },
  resume: { words: ["SERVICE"], optional: 1, options: [] },
  reset: { words: [], optional: 0, options: ["reason"] },
  orders: { words: [], optional: 0, options: [] },
  explain: { words: ["service, node or task", "NAME"], optional: 2, options: [] },
  uninstall: { words: [], optional: 0, options: ["docker-host"] },
} as const satisfies Readonly<
  Record<
    Verb,
    { readonly words: readonly string[]; readonly optional: number; readonly options: readonly OptionName[] }
  >
>;

const DEFAULT_URL = "http://127.0.0.1:9881";
const DEFAULT_DOCKER_HOST = "unix:///var/run/docker.sock";

/** Reads the command line and the environment. All faults come back at once. */
export function readCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true || argv.length === 0) return { kind: "help" };
  if (values.version === true) return { kind: "version" };
  const [verb = "", ...words] = positionals;
  const faults: string[] = [];
  if (!isVerb(verb)) {
    faults.push(`there is no command ${JSON.stringify(verb)}; there are ${Object.keys(COMMANDS).join(", ")}`);
    return { kind: "faults", faults };
  }
  for (const token of tokens)
    if (token.kind === "option") faults.push(...optionFaults(token.name, token.value, verb));
  faults.push(...wordFaults(verb, words));
  const subject = verb === "explain" ? subjectOf(words, faults) : null;
  if (verb === "uninstall") return uninstallOf(values, env, faults);
  const token = readToken(textOf(values["token-file"]) ?? env["BALLAST_TOKEN_FILE"], env, faults);
  const url = urlOf(textOf(values.url) ?? env["BALLAST_URL"] ?? DEFAULT_URL, faults);
  if (faults.length > 0) return { kind: "faults", faults };
  const common = { url, token, json: values.json === true, yes: values.yes === true };
  const command = commandOf(verb, words[0] ?? null, {
    subject,
    force: values.force === true,
    wait: values["no-wait"] !== true,
    reason: textOf(values.reason) ?? "",
    duration: textOf(values.for),
  });
  return { kind: "run", command, common };
}

function subjectOf([word, name]: readonly string[], faults: string[]): ExplainSubject | null {
  if (word === undefined) return null;
  const kind = SUBJECTS.find((each) => each === word);
  if (kind === undefined) {
    faults.push(`explain: ${JSON.stringify(word)} is unknown; write service, node or task, and its name`);
    return null;
  }
  if (name === undefined) faults.push(`explain: which ${kind}?`);
  return { kind, name: name ?? "" };
}

interface Given {
  readonly subject: ExplainSubject | null;
  readonly force: boolean;
  readonly wait: boolean;
  readonly reason: string;
  readonly duration: string | null;
}

/** Address and token of a scheduler are not even looked at: they may be of one that is gone. */
function uninstallOf(
  values: Readonly<{ "docker-host"?: unknown; json?: unknown; yes?: unknown }>,
  env: NodeJS.ProcessEnv,
  faults: readonly string[],
): CommandLine {
  // An empty variable counts as not set, as with all settings.
  const told = [env["BALLAST_DOCKER_HOST"], env["DOCKER_HOST"]].find((address = "") => address !== "");
  const dockerAddress = textOf(values["docker-host"]) ?? told ?? DEFAULT_DOCKER_HOST;
  const { data: docker, error } = dockerHost().safeParse(dockerAddress);
  const all = [...faults, ...(error?.issues ?? []).map(({ message }) => message)];
  if (docker === undefined || all.length > 0) return { kind: "faults", faults: all };
  const { json, yes } = values;
  return { kind: "uninstall", docker, dockerAddress, json: json === true, yes: yes === true };
}

function commandOf(verb: Command["kind"], word: string | null, given: Given): Command {
  const { force, wait, reason, duration } = given;
  switch (verb) {
    case "drain":
      return { kind: verb, node: word ?? "", force, wait, reason };
    case "restore":
      return { kind: verb, node: word ?? "" };
    case "pause":
      return { kind: verb, service: word, duration, reason };
    case "resume":
      return { kind: verb, service: word };
    case "reset":
      return { kind: verb, reason };
    case "orders":
      return { kind: verb };
    case "explain":
      return { kind: verb, subject: given.subject };
  }
}

function isVerb(word: string): word is Verb {
  return Object.hasOwn(COMMANDS, word);
}

function optionFaults(name: string, value: string | undefined, verb: Verb): readonly string[] {
  const known = Object.entries(OPTIONS).find(([option]) => option === name)?.[1];
  if (known === undefined) return [`--${name}: no such option; see ballast --help`];
  const shared = verb === "uninstall" ? COMMON : [...COMMON, ...SCHEDULER];
  const belongs = [...shared, ...COMMANDS[verb].options].some((option) => option === name);
  if (!belongs) return [`--${name}: does not belong to ${verb}`];
  if (known.type === "string" && value === undefined) return [`--${name}: needs a value`];
  return known.type === "boolean" && value !== undefined ? [`--${name}: takes no value`] : [];
}

function wordFaults(verb: Verb, words: readonly string[]): readonly string[] {
  const { words: wanted, optional } = COMMANDS[verb];
  const missing = wanted
    .slice(words.length, wanted.length - optional)
    .map((word) => `${verb}: which ${word}?`);
  const surplus = words
    .slice(wanted.length)
    .map((word) => `${verb}: ${JSON.stringify(word)} is one word too many`);
  return [...missing, ...surplus];
}

function readToken(file: string | null | undefined, env: NodeJS.ProcessEnv, faults: string[]): string | null {
  if (file === null || file === undefined || file === "") return env["BALLAST_TOKEN"] ?? null;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    faults.push(`the token's file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function urlOf(text: string, faults: string[]): string {
  const url = URL.parse(text);
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return text.replace(/\/+$/, "");
  faults.push(`${JSON.stringify(text)} is no address; write it as ${DEFAULT_URL}`);
  return text;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
