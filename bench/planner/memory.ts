/**
 * Makes a swarm up, has it planned in a thread some times, as the product does, and prints the most memory that took, in MB.
 *   node bench/planner/memory.ts NODES TASKS POINTS SEED
 */
import { createThinker } from "../../scheduler/thinker/thinker.ts";
import { BENCH_POLICY, clusterOf } from "./cluster.ts";

const [nodes = 0, tasks = 0, points = 0, seed = 0] = process.argv.slice(2).map(Number);
const ROUNDS = 5;

const snapshot = clusterOf({ nodes, tasks, points }, seed);
const thinker = createThinker();
for (let round = 0; round < ROUNDS; round += 1)
  await thinker.decide({ ...snapshot }, BENCH_POLICY, snapshot.takenAtMs);
await thinker.stop();
console.log(process.resourceUsage().maxRSS / 1000);
