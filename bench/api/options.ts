import { parseArgs } from "node:util";

/** What a run of the benchmark is asked to do. */
export interface ApiBenchOptions {
  /** How long each target is driven; the peer too. */
  readonly seconds: number;
  readonly connections: number;
  /** Of the made-up swarm. */
  readonly nodes: number;
  readonly tasks: number;
}

export const HELP = `How many requests a second the scheduler's API answers, and how soon, beside a bare express server whose answers are as
long. The swarm is made up; nothing of Docker or Prometheus is asked. It takes about 100 s, and prints Markdown.

  node bench/api/main.ts [--seconds 5] [--connections 16] [--nodes 1000] [--tasks 20000]

  --seconds N       how long each kind of request is sent, to the API and to the peer
  --connections N   kept connections, each with one request at a time
  --nodes N         of the made-up swarm
  --tasks N         of the made-up swarm
`;

/** Reads the command line; null asks for the help. Throws a readable error for what makes no sense. */
export function readOptions(args: readonly string[]): ApiBenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string", default: "5" },
      connections: { type: "string", default: "16" },
      nodes: { type: "string", default: "1000" },
      tasks: { type: "string", default: "20000" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  return {
    seconds: count("seconds", values.seconds, 600),
    connections: count("connections", values.connections, 400),
    nodes: count("nodes", values.nodes, 10_000),
    tasks: count("tasks", values.tasks, 200_000),
  };
}

function count(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} ${JSON.stringify(text)}: write a number from 1 to ${most}`);
}
