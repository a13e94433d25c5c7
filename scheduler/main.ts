import { runUntilSignal } from "../common/run.ts";
import { readSchedulerConfig } from "./config.ts";
import { startScheduler } from "./create.ts";

await runUntilSignal(() => startScheduler(readSchedulerConfig(process.env)));
