import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface ProgramOptions {
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
}

const execute = promisify(execFile);

/**
 * Runs a program and tells what it printed. It is killed when its time is over; the promise then rejects as soon as the
 * kernel lets it go, which may be never for one that waits within a driver.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { timeoutMs, env = process.env }: ProgramOptions,
): Promise<string> {
  try {
    const { stdout } = await execute(program, args, {
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      env,
      windowsHide: true,
    });
    return stdout;
  } catch (error) {
    if (!(error instanceof Error && "killed" in error && error.killed === true)) throw error;
    throw new Error(`${program}: no answer within ${timeoutMs / 1000} s`, { cause: error });
  }
}
