import { createLog } from "../common/log.ts";
import { runUntilSignal } from "../common/run.ts";
import { readConfig } from "./config.ts";
import { startAgent } from "./create.ts";

await runUntilSignal(() => {
  const config = readConfig(process.env);
  return startAgent(config, createLog("agent", config.log.level));
});
