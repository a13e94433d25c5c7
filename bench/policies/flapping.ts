/** A month of Ballast at work, its moves judged by its journal: see the help below. */
import { parseArgs } from "node:util";
import { DEFAULT_EFFORT } from "../../scheduler/decide/search/improve.ts";
import { numberOf } from "../assignment/options.ts";
import { runMonth, type Month } from "./month.ts";
import { wholeOf } from "./options.ts";
import { readTraces } from "./traces.ts";

const HELP = `Ballast in mode act on a simulated swarm with daily cycles, noise of ±10 %, deploys, crashes, failing and drained
nodes and slow scrapes. Its journal must show no task that moves twice within the horizon (the history's length) without a
cause, no more moves a day than what came up calls for, and none after the loads ceased to change.
It ends with 1 where the journal shows otherwise.

  node bench/policies/flapping.ts [options]

  --days D         (default: 30)
  --still-days D   the last of them: loads change no more (default: 2)
  --data DIR       loads of traces instead of daily cycles, as bench/policies.ts reads them; they never stand still
  --nodes N        (default: 12)
  --tasks N        (default: 96)
  --seed N         (default: 1)
  --look SECONDS   how often Ballast looks (default: 300)
  --json           one line of JSON instead of text
  --help           this text
`;

interface Options extends Omit<Month, "effort" | "onDay" | "env"> {
  readonly json: boolean;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(HELP);
  else await watch(options);
} catch (error) {
  process.stderr.write(`flapping: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function watch({ json, ...month }: Options): Promise<void> {
  const ran = await runMonth({
    ...month,
    effort: DEFAULT_EFFORT,
    onDay(day, moves) {
      process.stderr.write(`day ${day}: ${moves} moves ended\n`);
    },
  });
  if (ran.faults.length > 0) process.exitCode = 1;
  if (json) {
    process.stdout.write(`${JSON.stringify(ran)}\n`);
    return;
  }
  const { landed, repeats, decisions, movesWhenStill, faults, secondsUsed } = ran;
  process.stdout.write(
    [
      `${decisions} decisions, ${landed} moves landed, ${repeats.length} of them of a task that moved within the horizon before, ${movesWhenStill} when nothing changed any more; ${secondsUsed} s`,
      ...repeats.flatMap(({ service, slot, cause }) =>
        cause === null ? [] : [`  ${service}.${slot} again: ${cause}`],
      ),
      ...(faults.length === 0 ? ["no fault"] : faults.map((fault) => `FAULT ${fault}`)),
      "",
    ].join("\n"),
  );
}

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      days: { type: "string", default: "30" },
      "still-days": { type: "string" },
      nodes: { type: "string", default: "12" },
      tasks: { type: "string", default: "96" },
      seed: { type: "string", default: "1" },
      look: { type: "string", default: "300" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const days = wholeOf("--days", values.days, 1, 1000);
  const { data, "still-days": still = data === undefined ? "2" : "0" } = values;
  const stillDays = numberOf("--still-days", still, 0, 1000);
  if (data !== undefined && stillDays > 0) throw new Error("--still-days: traces (--data) never stand still");
  if (stillDays >= days) throw new Error(`--still-days ${stillDays}: fewer than --days (${days})`);
  return {
    traces: data === undefined ? null : readTraces(data),
    days,
    stillDays,
    nodes: wholeOf("--nodes", values.nodes, 4, 1000),
    tasks: wholeOf("--tasks", values.tasks, 1, 20_000),
    seed: wholeOf("--seed", values.seed, 0, 2 ** 31 - 1),
    lookSeconds: numberOf("--look", values.look, 10, 86_400),
    json: values.json,
  };
}
