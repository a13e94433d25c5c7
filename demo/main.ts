import { HELP, parseCommandLine } from "./options.ts";
import { runDemo } from "./run.ts";

const parsed = parseCommandLine(process.argv.slice(2));
switch (parsed.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "faults":
    process.stderr.write(parsed.faults.map((line) => `demo: ${line}\n`).join(""));
    process.exitCode = 2;
    break;
  case "run":
    // Not exitCode: what an interrupt cut short may still be waiting for something that is gone.
    process.exit(await runDemo(parsed.options));
}
