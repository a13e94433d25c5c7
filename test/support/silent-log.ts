import { pino } from "pino";
import type { Log } from "../../common/log.ts";

export const SILENT: Log = pino({ enabled: false });
