import { parseArgs } from "node:util";
import { fileOf, numberOf } from "../assignment/options.ts";

/** What the rescheduler is asked to do. */
export interface Options {
  readonly data: string;
  readonly out: string;
  readonly seconds: number;
  readonly seed: number;
}

export const HELP = `The rescheduling task of Alibaba's cloud-native contest of 2020 (Tianchi 231791), solved by the search engine, with one
thread. It writes the staged moves and prints one line of JSON: the score and its parts, and the score that is reached
with fewer moves.

  node bench/reschedule.ts --data DIR --out FILE [--seconds 300] [--seed 1]

  --data DIR    the folder with reschedule.source and rule.source
  --out FILE    the moves, in the contest's format
  --seconds S   how long to search, in all
  --seed N      with another seed, another search
`;

/** Reads the command line; null asks for the help. Throws a readable error for what makes no sense. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      out: { type: "string" },
      seconds: { type: "string", default: "300" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  return {
    data: fileOf("--data", values.data),
    out: fileOf("--out", values.out),
    seconds: numberOf("--seconds", values.seconds, 0.001, 1e6),
    seed: Math.trunc(numberOf("--seed", values.seed, -(2 ** 31), 2 ** 31 - 1)),
  };
}
