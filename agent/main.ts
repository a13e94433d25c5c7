import { createLog } from "../common/log.ts";
import { runUntilSignal } from "../common/run.ts";
import { answerTo, readCommand } from "./cli.ts";
import { startAgent } from "./create.ts";

const args = process.argv.slice(2);
const answer = answerTo(args);
if (answer === null) {
  void runUntilSignal(async () => {
    const config = await readCommand(args, process.env);
    return startAgent(config, createLog("agent", config.log.level));
  });
} else {
  process.stdout.write(answer);
}
