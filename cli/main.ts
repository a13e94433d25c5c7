import { createInterface } from "node:readline/promises";
import * as z from "zod";
import { productVersion } from "../common/version.ts";
import { createClient, Refused } from "./client.ts";
import { readCommandLine } from "./command-line.ts";
import { run, type Terminal } from "./commands.ts";
import { HELP } from "./help.ts";

const TERMINAL: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  async confirm(question) {
    if (!process.stdin.isTTY) return null;
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
    } finally {
      prompt.close();
    }
  },
};

process.once("SIGINT", () => {
  TERMINAL.err("ballast: interrupted; what was ordered stands: see `ballast orders`");
  process.exit(130);
});

const line = readCommandLine(process.argv.slice(2), process.env);
switch (line.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "version":
    TERMINAL.out(productVersion());
    break;
  case "faults":
    for (const fault of line.faults) TERMINAL.err(`ballast: ${fault}`);
    process.exitCode = 2;
    break;
  case "run":
    try {
      await run(line.command, line.common, createClient(line.common), TERMINAL);
    } catch (error) {
      TERMINAL.err(`ballast: ${describe(error)}`);
      process.exitCode = 1;
    }
}

function describe(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof z.ZodError)
    return `the scheduler's answer is not understood: ${z.prettifyError(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
