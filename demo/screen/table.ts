import type { NodeRow } from "../view.ts";
import type { Paint, Tone } from "./paint.ts";
import { columns } from "./text.ts";

/** Shares of capacity: above `high` a node calls for moves, and moves aim at `target`. */
interface Marks {
  readonly high: number;
  readonly target: number;
}

export type MarksByResource = Readonly<Record<"cpu" | "memory", Marks>>;

const CPU_WIDTH = 16;
const MEMORY_WIDTH = 8;
const HEAD = ["NODE", "ROLE", "CPU", "", "MEMORY", "", "TASKS", ""];

/** The nodes with their load as bars and what runs on them. */
export function nodeTable(rows: readonly NodeRow[], marks: MarksByResource, paint: Paint): readonly string[] {
  const head = HEAD.map((cell) => paint.tone("faint", cell));
  const lines = rows.map((row) => [
    row.hostname,
    row.role,
    ...loadCells(row.cpu, CPU_WIDTH, marks.cpu, paint),
    ...loadCells(row.memory, MEMORY_WIDTH, marks.memory, paint),
    String(row.tasks).padStart(5),
    tasksText(row, paint),
  ]);
  return columns([head, ...lines]);
}

/** A bar of a load; what goes over the whole does not go over the bar. */
export function bar(ratio: number, width: number, { full, empty }: Pick<Paint, "full" | "empty">): string {
  const filled = Math.min(width, Math.max(0, Math.round(ratio * width)));
  return full.repeat(filled) + empty.repeat(width - filled);
}

/** A share as people read it. */
export function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}

function loadCells(ratio: number | null, width: number, marks: Marks, paint: Paint): [string, string] {
  const [left, right] = paint.ends;
  const drawn = bar(ratio ?? 0, width, paint);
  if (ratio === null) return [left + paint.tone("faint", drawn) + right, paint.tone("faint", "    ?")];
  const tone = toneOf(ratio, marks);
  return [left + paint.tone(tone, drawn) + right, paint.tone(tone, percent(ratio).padStart(5))];
}

function toneOf(ratio: number, { high, target }: Marks): Tone {
  if (ratio > high) return "bad";
  return ratio > target ? "warn" : "good";
}

function tasksText({ workload, note }: NodeRow, paint: Paint): string {
  const tasks = workload.map(({ service, count }) => (count === 1 ? service : `${service} x${count}`));
  return [tasks.join(", "), paint.tone("warn", note)].filter((part) => part !== "").join("  ");
}
