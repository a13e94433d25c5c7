import { parseArgs } from "node:util";
import { MODES } from "../scheduler/domain/policy.ts";

/** What a run is asked for. */
export interface RunOptions {
  /** A file of `GET /v1/snapshot`; null for a swarm that is made up. */
  readonly snapshot: string | null;
  readonly nodes: number;
  readonly tasks: number;
  readonly days: number;
  readonly seed: number;
  /** Null: plain Swarm, without Ballast. */
  readonly mode: (typeof MODES)[number] | null;
  readonly lookSeconds: number;
}

export const HELP = `A swarm in memory for some days, and what came of it as one line of JSON.

  node sim/main.ts [options]

  --nodes N         made up, with mixed sizes (default: 100)
  --tasks N         of services of many sizes (default: 2000)
  --snapshot FILE   not made up but taken from a live swarm: curl -s SCHEDULER/v1/snapshot >FILE
  --days D          (default: 1) with deploys, crashes, lost nodes and drains
  --mode MODE       with Ballast in that mode: ${MODES.join(", ")} (default: Swarm alone)
  --look SECONDS    how often Ballast looks (default: 60)
  --seed N          the same seed gives the same run (default: 1)
  --help            this text
`;

/** Reads the command line. @throws Error that names what is wrong with it; null when help is asked for. */
export function readOptions(argv: readonly string[]): RunOptions | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      snapshot: { type: "string" },
      nodes: { type: "string", default: "100" },
      tasks: { type: "string", default: "2000" },
      days: { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
      mode: { type: "string" },
      look: { type: "string", default: "60" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const mode = MODES.find((each) => each === values.mode) ?? null;
  if (values.mode !== undefined && mode === null)
    throw new Error(`--mode ${values.mode}: there are ${MODES.join(", ")}`);
  return {
    snapshot: values.snapshot ?? null,
    nodes: positive("nodes", values.nodes),
    tasks: positive("tasks", values.tasks),
    days: positive("days", values.days),
    seed: positive("seed", values.seed),
    mode,
    lookSeconds: positive("look", values.look),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} ${text}: write a number above 0`);
}
