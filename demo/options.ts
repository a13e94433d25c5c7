import { parseArgs } from "node:util";
import { labOptions, optionFaults, type LabOptions } from "../lab/lab.ts";

/** What the demo's command line asks for. */
export interface DemoOptions {
  /** End as soon as the swarm is level, or when it cannot be made so. */
  readonly once: boolean;
  /** On a simulated swarm instead of a real one. */
  readonly simulated: boolean;
  readonly lab: LabOptions;
}

export type Parsed =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: DemoOptions }
  | { readonly kind: "faults"; readonly faults: readonly string[] };

const NAME = "demo";
const SUBNET = "10.79.0.0/24";
/** A manager and the worker that carries everything; two more workers join later. */
const FIRST_NODES = 2;

const OPTIONS = {
  once: { type: "boolean" },
  simulated: { type: "boolean" },
  name: { type: "string" },
  subnet: { type: "string" },
  engine: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** The text of --help. */
export const HELP = `Ballast at work, live: a real swarm of four nodes on this machine (Linux, root), one of them overloaded.

  npm run demo                 shows Ballast level the swarm, then stays up until Ctrl-C, which takes all down
  npm run demo -- --once       ends by itself: 0 when the swarm is level, 1 with the reason when it is not
  npm run demo -- --simulated  the same story on a simulated swarm: needs neither root nor Linux, and says that it is none
  npm run demo:down            takes down a demo that was left behind

Options
  --once            end when level, or with the reason why not
  --simulated       a swarm in memory, at thirty times the pace; the options below are for the real one
  --name NAME       the lab that the demo starts (default: ${NAME}); one of that name that is there is ended first
  --subnet CIDR     its net, a /24 (default: ${SUBNET}); the nodes are .1 to .4, this machine is .254
  --engine ENGINE   system (default), or a Debian suite such as trixie, whose engine is then fetched once
  --help            this text

Without a terminal, or with NO_COLOR set, it prints plain lines, and only when something changes.
`;

/** Reads the command line. All of its faults come back at once, so that one round mends them all. */
export function parseCommandLine(argv: readonly string[]): Parsed {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return { kind: "help" };
  const lab = labOptions({
    name: textOr(NAME, values.name),
    subnet: textOr(SUBNET, values.subnet),
    engine: textOr("system", values.engine),
    nodes: FIRST_NODES,
  });
  const faults = [
    ...tokens.flatMap((token) => (token.kind === "option" ? optionFault(token) : [])),
    ...positionals.map((word) => `unexpected "${word}"; see --help`),
    ...optionFaults(lab),
  ];
  if (faults.length > 0) return { kind: "faults", faults };
  return { kind: "run", options: { once: values.once === true, simulated: values.simulated === true, lab } };
}

function textOr(otherwise: string, value: unknown): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

function optionFault(token: {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}): string[] {
  if (!Object.hasOwn(OPTIONS, token.name)) return [`${token.rawName}: unknown option; see --help`];
  const takesText = OPTIONS[token.name as keyof typeof OPTIONS].type === "string";
  if (takesText && (token.value ?? "") === "") return [`${token.rawName}: needs a value`];
  return !takesText && token.value !== undefined ? [`${token.rawName}: takes no value`] : [];
}
