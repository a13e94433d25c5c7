import { ConfigError } from "./config/fault.ts";

/** Exit code for a configuration, flag or file that the user has to mend. */
const EXIT_BAD_CONFIG = 2;

/** A program that started and can be told to stop. */
export interface Running {
  stop(): Promise<void>;
}

/**
 * Runs a program until SIGTERM or SIGINT, then stops it. A bad configuration is printed as it reads, without a stack,
 * and ends the process with code 2; any other failure to start or stop ends it with code 1.
 */
export async function runUntilSignal(start: () => Promise<Running>): Promise<void> {
  try {
    const stopped = nextSignal();
    const running = await start();
    await stopped;
    await running.stop();
    process.exit(0);
  } catch (error) {
    const bad = error instanceof ConfigError;
    process.stderr.write(`ballast: ${bad ? error.message : describe(error)}\n`);
    process.exit(bad ? EXIT_BAD_CONFIG : 1);
  }
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
