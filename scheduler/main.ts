import { runUntilSignal } from "../common/run.ts";
import { startReloading } from "./reload.ts";

await runUntilSignal(() => startReloading(process.env));
