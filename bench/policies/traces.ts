import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Use of CPU over one day: a line a machine, evenly spaced samples in percent of what it has. */
export type TraceDay = readonly Float32Array[];

/** Days of use, of which each line goes on in the next day. */
export interface Traces {
  /** Samples of a day. */
  readonly samples: number;
  /** By line, all of its days one after the other, in percent. */
  readonly lines: readonly Float32Array[];
  readonly days: number;
}

const TRACE_FILE = /\.csv(\.gz)?$/;

/**
 * Reads a folder's days, in the order of their names: `*.csv` or `*.csv.gz`, a line a machine, as many whole numbers of
 * percent in each. @throws Error that names the file and the line that is unlike that.
 */
export function readTraces(folder: string): Traces {
  const files = readdirSync(folder)
    .filter((file) => TRACE_FILE.test(file))
    .toSorted();
  if (files.length === 0) throw new Error(`--data ${folder}: holds no .csv or .csv.gz file`);
  return joined(files.map((file) => dayOf(textOf(join(folder, file)), file)));
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** Reads one day. `file` is for the error. */
function dayOf(text: string, file: string): TraceDay {
  const lines = text.trim().split("\n");
  const samples = lines[0]?.split(",").length ?? 0;
  return lines.map((line, at) => {
    const values = Float32Array.from(line.split(","), Number);
    if (values.length !== samples || !values.every((value) => value >= 0 && value <= 100))
      throw new Error(`${file}, line ${at + 1}: not ${samples} numbers from 0 to 100 with commas between`);
    return values;
  });
}

/**
 * Joins days into lines that go on: a line's next day is that of the same rank by its mean, so a machine that was busy stays
 * about as busy, and its hours are other ones. Which machine is which from one day to the next the traces do not tell.
 * @throws Error where the days are not sampled alike.
 */
export function joined(days: readonly TraceDay[]): Traces {
  const samples = days[0]?.[0]?.length ?? 0;
  if (samples === 0 || days.some((day) => day[0]?.length !== samples))
    throw new Error("the days of the traces must have as many samples each");
  const ranked = days.map((day) => day.toSorted((a, b) => meanOf(a) - meanOf(b)));
  const count = Math.min(...days.map((day) => day.length));
  const lines = Array.from({ length: count }, (_, rank) => {
    const line = new Float32Array(samples * days.length);
    ranked.forEach((day, number) => {
      const at = Math.round((rank * (day.length - 1)) / Math.max(1, count - 1));
      line.set(day[at] ?? [], number * samples);
    });
    return line;
  });
  return { samples, lines, days: days.length };
}

export function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
