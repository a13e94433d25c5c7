import { parseArgs } from "node:util";

/** What the solver is asked to do. */
export interface Options {
  readonly model: string;
  readonly initial: string;
  readonly out: string;
  readonly seconds: number;
  /** No more changes are weighed than about this many. */
  readonly changes: number;
  readonly seed: number;
  /** The share of all processes that may be moved. */
  readonly movedShare: number;
}

export const HELP = `The machine reassignment problem of the Google ROADEF/EURO challenge of 2012, solved by the search engine, with one
thread. It writes the assignment and prints one line of JSON.

  node bench/assignment.ts --model FILE --initial FILE --out FILE [--seconds 300] [--changes N] [--seed 1]
                           [--moved-share 1]

  --model FILE       the problem, in the challenge's format
  --initial FILE     where the processes stand: one machine for each
  --out FILE         where they should stand, in the same format
  --seconds S        how long to search; reading the files comes out of it
  --changes N        end after this many changes as well: such runs say the same on any machine, if they have the time
  --seed N           with another seed, another search
  --moved-share X    of all processes, move at the most this share, from 0 to 1
`;

/** Reads the command line; null asks for the help. Throws a readable error for what makes no sense. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string" },
      initial: { type: "string" },
      out: { type: "string" },
      seconds: { type: "string", default: "300" },
      changes: { type: "string", default: "1e15" },
      seed: { type: "string", default: "1" },
      "moved-share": { type: "string", default: "1" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  return {
    model: fileOf("--model", values.model),
    initial: fileOf("--initial", values.initial),
    out: fileOf("--out", values.out),
    seconds: numberOf("--seconds", values.seconds, 0.001, 1e6),
    changes: numberOf("--changes", values.changes, 1, 1e15),
    seed: Math.trunc(numberOf("--seed", values.seed, -(2 ** 31), 2 ** 31 - 1)),
    movedShare: numberOf("--moved-share", values["moved-share"], 0, 1),
  };
}

/** Of a flag that must be given. Throws when it was not. */
export function fileOf(flag: string, value: string | undefined): string {
  if (value === undefined || value === "") throw new Error(`${flag} is missing: name a file or folder`);
  return value;
}

/** Throws when it is no number from the least to the most. */
export function numberOf(flag: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (value.trim() === "" || !(number >= least && number <= most))
    throw new Error(`${flag} ${JSON.stringify(value)}: write a number from ${least} to ${most}`);
  return number;
}
