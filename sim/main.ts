import { HELP, readOptions } from "./options.ts";
import { run } from "./run.ts";

try {
  const options = readOptions(process.argv.slice(2));
  process.stdout.write(options === null ? HELP : `${JSON.stringify(await run(options))}\n`);
} catch (error) {
  process.stderr.write(`sim: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
