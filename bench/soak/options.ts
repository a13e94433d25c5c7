import { parseArgs } from "node:util";

/** What a run of the soak is asked to do. */
export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly engine: string;
}

export const HELP = `A swarm at work for a long time, with Ballast acting on it: owners deploy, scale, remove and create, loads shift,
nodes and the scheduler fail, people pause and drain. Each second it is checked that nobody loses by Ballast.
It needs root and Debian's packages (scripts/setup.sh lab), and has a lab of its own. It ends with 1 when there was a
violation. Ctrl-C takes everything away.

  node bench/soak.ts [--minutes 30] [--seed 1] [--engine system]

  --minutes N      how long things happen; setting up, coming to rest and clearing away take about three more
  --seed N         what happens, and in which order; when, depends on the machine too
  --engine ENGINE  system, or a Debian suite such as trixie
`;

/** Reads the command line; null asks for the help. Throws a readable error for what makes no sense. */
export function readOptions(args: readonly string[]): SoakOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      engine: { type: "string", default: "system" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 10_000))
    throw new Error(`--minutes ${JSON.stringify(values.minutes)}: write a number above 0, to 10000`);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`--seed ${JSON.stringify(values.seed)}: write a whole number`);
  return { minutes, seed, engine: values.engine };
}
