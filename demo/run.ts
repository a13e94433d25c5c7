import { LabError } from "../lab/errors.ts";
import { assertMachine } from "../lab/requirements.ts";
import { DemoError, Interrupted } from "./errors.ts";
import { createHold, type Hold } from "./hold.ts";
import { runSimulatedDemo } from "./simulated.ts";
import { listenForSignals } from "./signals.ts";
import { tellStory } from "./story.ts";
import { createTerminal, type Terminal } from "./terminal.ts";
import type { DemoOptions } from "./options.ts";

/** Runs the demo to its end, takes down all that it started, and returns the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  if (options.simulated) return runSimulatedDemo(options.once);
  const missing = missingHere(options.lab.engine);
  if (missing !== null) {
    process.stderr.write(
      `demo: ${missing}\ndemo: run instead: npm run demo -- --simulated (a simulated swarm needs neither root nor Linux)\n`,
    );
    return 2;
  }
  const terminal = createTerminal(process.stdout, process.env);
  const hold = createHold(options.lab);
  const stop = listenForSignals();
  const code = await outcomeOf(() => tellStory({ options, terminal, hold, signal: stop.signal }), terminal);
  terminal.show([]);
  stop.ignoreFurther();
  return (await takeDown(hold, terminal)) ? code : Math.max(code, 1);
}

/** What this machine lacks for a swarm, or null. */
function missingHere(engine: string): string | null {
  try {
    assertMachine(engine);
    return null;
  } catch (fault) {
    if (fault instanceof LabError) return fault.message;
    throw fault;
  }
}

async function outcomeOf(work: () => Promise<void>, terminal: Terminal): Promise<number> {
  try {
    await work();
    return 0;
  } catch (fault) {
    terminal.show([]);
    if (fault instanceof Interrupted) {
      terminal.say(`${fault.message}: taking all down`);
      return fault.exitCode;
    }
    terminal.say(`demo failed: ${textOf(fault)}`);
    return 1;
  }
}

async function takeDown(hold: Hold, terminal: Terminal): Promise<boolean> {
  try {
    terminal.say(await hold.release());
    return true;
  } catch (fault) {
    terminal.say(`could not take all down: ${textOf(fault)}`);
    terminal.say("Mend: npm run demo:down");
    return false;
  }
}

/** What was written for its reader as it is; anything else is a bug and shows where it is. */
function textOf(fault: unknown): string {
  if (fault instanceof DemoError || fault instanceof LabError) return fault.message;
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
}
