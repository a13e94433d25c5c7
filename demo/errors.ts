import { constants } from "node:os";

/** Why the demo could not show what it is there to show, said for its reader. */
export class DemoError extends Error {
  override readonly name: string = "DemoError";
}

/** The swarm stands, but it did not become level. */
export class NotLevel extends DemoError {
  override readonly name = "NotLevel";
}

/** Somebody ended the demo. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(signal === "SIGINT" ? "interrupted" : `ended by ${signal}`);
    // As a shell has it.
    this.exitCode = 128 + constants.signals[signal];
  }
}
