import { parseCommandLine } from "./cli/arguments.ts";
import { runCommand } from "./cli/run.ts";
import { LabError } from "./errors.ts";

const parsed = parseCommandLine(process.argv.slice(2));
if (parsed.ok) {
  try {
    process.exitCode = await runCommand(parsed.command, parsed.options, (line) =>
      process.stderr.write(`lab: ${line}\n`),
    );
  } catch (fault) {
    // A LabError was written for its reader; anything else is a bug and shows where it is.
    if (!(fault instanceof LabError)) throw fault;
    process.stderr.write(`lab: ${fault.message}\n`);
    process.exitCode = 1;
  }
} else {
  process.stderr.write(`${parsed.faults.map((line) => `lab: ${line}`).join("\n")}\n`);
  process.exitCode = 2;
}
