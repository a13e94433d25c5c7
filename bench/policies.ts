/** Policies for keeping a swarm level, compared: see bench/policies/options.ts. */
import { DEFAULT_EFFORT } from "../scheduler/decide/search/improve.ts";
import { HELP, readOptions, type Options } from "./policies/options.ts";
import { play, type Played } from "./policies/play.ts";
import { tableOf } from "./policies/report.ts";
import { readTraces } from "./policies/traces.ts";

/** As `load.history` is by default. */
const LEARN_DAYS = 1;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(HELP);
  else await compare(options);
} catch (error) {
  process.stderr.write(`policies: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function compare({ data, policies, seeds, json, ...stage }: Options): Promise<void> {
  const traces = readTraces(data);
  const all: Played[] = [];
  for (const seed of seeds)
    for (const policy of policies) {
      const played = await play(policy, {
        ...stage,
        learnDays: LEARN_DAYS,
        traces,
        seed,
        effort: DEFAULT_EFFORT,
      });
      all.push(played);
      if (json) process.stdout.write(`${JSON.stringify(played)}\n`);
      else
        process.stderr.write(
          `seed ${seed}, ${policy.name}: ${played.overloadMinutes} min. of overload, ${played.moves} moves, ${played.secondsUsed} s\n`,
        );
    }
  if (!json) process.stdout.write(`${tableOf(all)}\n`);
}
