import { pino, type Logger } from "pino";

/** The levels a user may choose, quietest last. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type Log = Logger;

/** One JSON object a line on standard output: `time` in ISO 8601, `level` as a word, `component`, `msg`. */
export function createLog(component: string, level: LogLevel): Log {
  return pino({
    level,
    base: { component },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
