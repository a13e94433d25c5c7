import { createInterface } from "node:readline/promises";
import * as z from "zod";
import { productVersion } from "../common/version.ts";
import { createClient, Refused } from "./client.ts";
import { readCommandLine, type CommandLine } from "./command-line.ts";
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

const line = readCommandLine(process.argv.slice(2), process.env);

process.once("SIGINT", () => {
  const after =
    line.kind === "uninstall"
      ? "what was not taken out yet is by another `ballast uninstall`"
      : "what was ordered stands: see `ballast orders`";
  TERMINAL.err(`ballast: interrupted; ${after}`);
  process.exit(130);
});

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
  case "uninstall":
    try {
      await carryOut(line);
    } catch (error) {
      TERMINAL.err(`ballast: ${describe(error)}`);
      process.exitCode = 1;
    }
}

async function carryOut(asked: Extract<CommandLine, { readonly kind: "run" | "uninstall" }>): Promise<void> {
  if (asked.kind === "run") return run(asked.command, asked.common, createClient(asked.common), TERMINAL);
  // Loaded only here: Docker's client takes longer to load than any other command to run.
  const { uninstall, leavePartsOf } = await import("./uninstall.ts");
  return uninstall(asked, leavePartsOf(asked.docker), TERMINAL);
}

function describe(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof z.ZodError)
    return `the scheduler's answer is not understood: ${z.prettifyError(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
