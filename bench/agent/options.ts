import { parseArgs } from "node:util";

/** What a run of the benchmark is asked to do. */
export interface BenchOptions {
  readonly containers: number;
  readonly scrapes: number;
  /** How long the CPU time is measured, at one scrape each 15 s. */
  readonly seconds: number;
  /** How many synthetic containers, agent after agent. */
  readonly synthetic: readonly number[];
  /** For V8, in place of the image's own. */
  readonly v8Flags: readonly string[] | null;
}

// A Linux bridge has 1,024 ports, one of them its own.
const CONTAINERS_MOST = 1000;
const SYNTHETIC_MOST = 20_000;
// Sleeping shell, its shim, and what the daemon keeps of it.
const CONTAINER_BYTES = 24e6;

export const HELP = `What the agent costs on a node of many containers, beside node_exporter and docker stats, in one run.
It needs root, Debian's packages (scripts/setup.sh lab) and about six minutes; it prints Markdown.

  node bench/agent.ts [--containers 100] [--scrapes 200] [--seconds 60] [--synthetic 0,100,1000]
                      [--v8-flags "…"]

  --containers N    real containers on a lab of one node, as far as there is memory for them
  --scrapes N       timed scrapes of each kind
  --seconds N       how long CPU time is measured, at one scrape each 15 s
  --synthetic N,…   synthetic containers, for each number an agent of its own
  --v8-flags "…"    for the agent, in place of those that the image has
`;

/** Reads the command line; null asks for the help. Throws a readable error for what makes no sense. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      containers: { type: "string", default: "100" },
      scrapes: { type: "string", default: "200" },
      seconds: { type: "string", default: "60" },
      synthetic: { type: "string", default: "0,100,1000" },
      "v8-flags": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  return {
    containers: count("containers", values.containers, CONTAINERS_MOST),
    scrapes: count("scrapes", values.scrapes, 1e6),
    seconds: count("seconds", values.seconds, 1e5),
    synthetic: values.synthetic.split(",").map((text) => count("synthetic", text, SYNTHETIC_MOST, 0)),
    v8Flags: values["v8-flags"]?.split(" ").filter(Boolean) ?? null,
  };
}

/** As many containers as this much free memory holds. */
export function fitting(wanted: number, freeBytes: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(freeBytes / CONTAINER_BYTES)));
}

function count(name: string, text: string, most: number, least = 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} ${JSON.stringify(text)}: write a number from ${least} to ${most}`);
}
