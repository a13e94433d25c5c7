import { readSchedulerConfig } from "../scheduler/config.ts";
import { join } from "node:path";
import type { Paint } from "./screen/paint.ts";
import type { MarksByResource } from "./screen/table.ts";
import type { Terminal } from "./terminal.ts";

/** Tells the story on a terminal, each line with the seconds since the beginning. */
export interface Teller {
  readonly paint: Paint;
  readonly live: boolean;
  readonly marks: MarksByResource;
  /** A line of the story. */
  say(line: string): void;
  /** A detail of what is under way. */
  readonly detail: (line: string) => void;
  /** Lines as they are. */
  lines(lines: readonly string[]): void;
  show(lines: readonly string[]): void;
  /** Shows that something is under way until it ends. */
  during<T>(what: string, work: Promise<T>): Promise<T>;
}

const TICK_MS = 1000;

export function createTeller(terminal: Terminal): Teller {
  const { paint, live } = terminal;
  const startedMs = Date.now();
  const seconds = (sinceMs: number) => Math.round((Date.now() - sinceMs) / 1000);
  const stamp = () => paint.tone("faint", `${String(seconds(startedMs)).padStart(4)} s`);
  return {
    paint,
    live,
    marks: readSchedulerConfig({ BALLAST_CONFIG: join(import.meta.dirname, "ballast.yml") }).marks,
    say(line) {
      terminal.say(`${stamp()}  ${line}`);
    },
    detail(line) {
      terminal.say(`${stamp()}    ${paint.tone("faint", line)}`);
    },
    lines(lines) {
      for (const line of lines) terminal.say(line);
    },
    show(lines) {
      terminal.show(lines);
    },
    async during(what, work) {
      const sinceMs = Date.now();
      const draw = () => {
        terminal.show([`${stamp()}  ${paint.tone("faint", `${what} (${seconds(sinceMs)} s)`)}`]);
      };
      draw();
      const timer = setInterval(draw, TICK_MS);
      try {
        return await work;
      } finally {
        clearInterval(timer);
        terminal.show([]);
      }
    },
  };
}
