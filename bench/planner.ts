/**
 * How fast the planner is at scale, and how far from the best possible on small cases. Prints Markdown.
 *   node bench/planner.ts [--cases 200] [--seed 1] [--only scale|optimum] [--large]
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { optimumTable } from "./planner/optimum.ts";
import { scaleTable } from "./planner/scale.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    large: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) {
  console.log(`How fast the planner is at scale, and how far from the best possible on small cases.

  node bench/planner.ts [--cases 200] [--seed 1] [--only scale|optimum] [--large]

  --cases N        small random cases, each solved exactly as well (HiGHS)
  --seed N         of the clusters
  --only WHICH     one of the two tables
  --large          5,000 nodes × 50,000 tasks too`);
} else {
  const [cpu] = cpus();
  console.log(
    `${availableParallelism()} cores (${cpu?.model ?? "unknown"}), load average ${loadavg()[0]?.toFixed(1) ?? "?"}, Node ${process.version}, seed ${values.seed}\n`,
  );
  if (values.only !== "optimum") console.log(`${await scaleTable(Number(values.seed), values.large)}\n`);
  if (values.only !== "scale") console.log(await optimumTable(Number(values.cases)));
}
