import { spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabError } from "./errors.ts";

const TAIL = 30;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a command to its end and returns what it said, whatever its exit code. */
export function tryRun(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [command = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "pipe", env: options.env ?? process.env, cwd: options.cwd });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // A command that ends before it has read its input is judged by its exit code, not by the broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input);
    child.on("error", (fault) => {
      reject(new LabError(`cannot run ${command}: ${fault.message}`));
    });
    child.on("close", (code, signal) => {
      resolve({
        code: code ?? 1,
        stdout,
        stderr: signal === null ? stderr : `${stderr}(ended by ${signal})`,
      });
    });
  });
}

/** Runs a command that has to succeed and returns its standard output. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const ran = await tryRun(argv, options);
  if (ran.code === 0) return ran.stdout;
  const said = `${ran.stdout}\n${ran.stderr}`.trim();
  const kept = await keepOutput(said);
  throw new LabError(`failed (exit ${ran.code}): ${argv.join(" ")}\n${lastLines(said, TAIL)}${kept}`);
}

/** A long output's cause may stand far from its end, so the whole of it is kept in a file. */
async function keepOutput(said: string): Promise<string> {
  if (said.split("\n").length <= TAIL) return "";
  const path = join(await mkdtemp(join(tmpdir(), "ballast-lab-")), "output.log");
  await writeFile(path, said);
  return `\n(the whole output: ${path})`;
}

/** The end of a text, for an error message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
