import { parseArgs } from "node:util";
import { fileOf, numberOf } from "../assignment/options.ts";
import { POLICIES } from "./list.ts";
import type { Policy } from "./policy.ts";

/** What the comparison is asked for. */
export interface Options {
  readonly data: string;
  readonly nodes: number;
  readonly tasks: number;
  readonly days: number;
  readonly seeds: readonly number[];
  readonly fullness: number;
  readonly lookSeconds: number;
  readonly policies: readonly Policy[];
  readonly json: boolean;
}

const WIDTH = 18;

export const HELP = `Policies for keeping a swarm level, compared on simulated swarms whose tasks use what real traces tell, with
deploys, crashes, failing and returning nodes. All go through the same; each has a day to learn before it acts.

  node bench/policies.ts --data DIR [options]

  --data DIR         days of CPU use: *.csv or *.csv.gz, a line a machine, evenly spaced percents
  --nodes N          of mixed sizes (default: 20)
  --tasks N          of services of mixed sizes (default: 200)
  --days D           measured (default: 2)
  --seeds N,N        a swarm for each: sizes, traces, what happens (default: 1,2,3,4)
  --fullness X       of all nodes on average (default: 0.5)
  --look SECONDS     how often policies look (default: 300)
  --only NAME,NAME   of the policies below
  --json             a line of JSON for each policy and seed, as soon as it is known, and no table
  --help             this text

Policies:
${POLICIES.map(({ name, about }) => `  ${name.padEnd(WIDTH)} ${about}`).join("\n")}
`;

/** Reads the command line; null asks for the help. @throws Error that names what is wrong with it. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      nodes: { type: "string", default: "20" },
      tasks: { type: "string", default: "200" },
      days: { type: "string", default: "2" },
      seeds: { type: "string", default: "1,2,3,4" },
      fullness: { type: "string", default: "0.5" },
      look: { type: "string", default: "300" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  return {
    data: fileOf("--data", values.data),
    nodes: wholeOf("--nodes", values.nodes, 4, 5000),
    tasks: wholeOf("--tasks", values.tasks, 1, 100_000),
    days: numberOf("--days", values.days, 0.01, 1000),
    seeds: values.seeds.split(",").map((seed) => wholeOf("--seeds", seed, 0, 2 ** 31 - 1)),
    fullness: numberOf("--fullness", values.fullness, 0.05, 0.9),
    lookSeconds: numberOf("--look", values.look, 10, 86_400),
    policies: values.only === undefined ? POLICIES : values.only.split(",").map(policyNamed),
    json: values.json,
  };
}

/** A whole number. @throws Error where it is none, or out of range. */
export function wholeOf(flag: string, value: string, least: number, most: number): number {
  const number = numberOf(flag, value, least, most);
  if (!Number.isInteger(number)) throw new Error(`${flag} ${JSON.stringify(value)}: write a whole number`);
  return number;
}

function policyNamed(name: string): Policy {
  const policy = POLICIES.find((each) => each.name === name);
  if (policy === undefined)
    throw new Error(
      `--only ${JSON.stringify(name)}: there are ${POLICIES.map((each) => each.name).join(", ")}`,
    );
  return policy;
}
