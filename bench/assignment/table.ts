/** Runs the solver on all instances of a folder: see the help below. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { markdownTable } from "../support/table.ts";
import { fileOf, numberOf } from "./options.ts";

const HELP = `A table of the solver's results on a folder of instances: model_NAME.txt, assignment_NAME.txt. Where the folder has a
check.py, it must call every result feasible and agree on its cost. Where it has a records.csv, the results stand
beside what others reached.

  node bench/assignment/table.ts --data DIR [--seconds 300] [--seed 1] [--moved-share 1] [--only NAME,NAME]
`;

const reportSchema = z.object({
  objective: z.number(),
  initialObjective: z.number(),
  moved: z.number(),
  movedShare: z.number(),
  evaluationsPerSecond: z.number(),
  seconds: z.number(),
});
const verdictSchema = z.object({ feasible: z.boolean(), costs: z.object({ total: z.number() }) });

type Record = ReadonlyMap<string, string>;

const { values: flags } = parseArgs({
  options: {
    data: { type: "string" },
    seconds: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    "moved-share": { type: "string", default: "1" },
    only: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else process.stdout.write(`${tableOf(fileOf("--data", flags.data))}\n`);

function tableOf(folder: string): string {
  const seconds = numberOf("--seconds", flags.seconds, 0.001, 1e6);
  const wanted = flags.only?.split(",");
  const names = readdirSync(folder)
    .map((file) => /^model_(.+)\.txt$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .filter((name) => wanted?.includes(name) ?? true)
    .sort();
  if (names.length === 0) throw new Error(`${folder} holds no model_*.txt that is wanted`);
  const records = recordsIn(folder);
  const scratch = mkdtempSync(join(tmpdir(), "assignment-"));
  try {
    const rows = names.map((name) => rowOf(folder, name, seconds, scratch, records.get(name)));
    return markdownTable(
      [
        ...["instance", "objective", "winner's mean", "challenge's best", "best known", "score"],
        ...[
          "at the winner's mean",
          "below the challenge's best",
          "moved",
          "million changes weighed a second",
        ],
      ],
      rows,
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function rowOf(
  folder: string,
  name: string,
  seconds: number,
  scratch: string,
  record: Record | undefined,
): readonly string[] {
  const [model, initial] = [join(folder, `model_${name}.txt`), join(folder, `assignment_${name}.txt`)];
  const out = join(scratch, `${name}.txt`);
  const solver = join(import.meta.dirname, "..", "assignment.ts");
  const report = reportSchema.parse(
    JSON.parse(
      execFileSync(
        process.execPath,
        [
          ...[solver, "--model", model, "--initial", initial, "--out", out, "--seconds", String(seconds)],
          ...["--seed", flags.seed, "--moved-share", flags["moved-share"]],
        ],
        { encoding: "utf8" },
      ),
    ),
  );
  check(folder, [model, initial, out], report.objective);
  const known = (column: string): number => Number(record?.get(column) ?? Number.NaN);
  const [mean, challenge, best] = [
    known("winner_mean_of_100_runs"),
    known("challenge_best"),
    known("best_known"),
  ];
  const score = (100 * (report.objective - best)) / report.initialObjective;
  const cells = [
    ...[name, whole(report.objective), whole(mean), whole(challenge), whole(best)],
    Number.isFinite(score) ? score.toFixed(4) : "-",
    verdict(mean, report.objective <= mean),
    verdict(challenge, report.objective < challenge),
    `${report.moved} (${(100 * report.movedShare).toFixed(1)} %)`,
    (report.evaluationsPerSecond / 1e6).toFixed(2),
  ];
  // A run of the whole folder takes an hour: what is known is shown.
  process.stderr.write(`${cells.join("  ")}\n`);
  return cells;
}

/** Throws when the folder's checker finds fault. */
function check(folder: string, files: readonly string[], objective: number): void {
  const checker = join(folder, "check.py");
  if (!existsSync(checker)) return;
  const { stdout } = spawnSync("python3", [checker, ...files, "--json"], { encoding: "utf8" });
  const { feasible, costs } = verdictSchema.parse(JSON.parse(stdout));
  if (!feasible || costs.total !== objective)
    throw new Error(`${files.join(" ")}: the checker says ${stdout.trim()}, the solver ${objective}`);
}

/** By instance, by column. */
function recordsIn(folder: string): ReadonlyMap<string, Record> {
  const file = join(folder, "records.csv");
  if (!existsSync(file)) return new Map();
  const [header = "", ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const columns = header.split(",");
  return new Map(
    lines.map((line) => {
      const cells = line.split(",");
      return [cells[0] ?? "", new Map(columns.map((column, at) => [column, cells[at] ?? ""]))];
    }),
  );
}

function whole(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : "-";
}

function verdict(known: number, isReached: boolean): string {
  return Number.isFinite(known) ? (isReached ? "yes" : "no") : "-";
}
