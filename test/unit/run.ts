// Runs the unit tests, a process for each core: starting one for every file takes longer than most files do.
//   node test/unit/run.ts [PATTERN]
// BALLAST_SEED=new has the properties try new cases, a number those of that seed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const files = join(import.meta.dirname, process.argv[2] ?? "**/*.test.ts");
const shards = availableParallelism();

const codes = await Promise.all(
  Array.from({ length: shards }, async (_, at) => {
    const shard = spawn(
      process.execPath,
      [
        "--test",
        "--test-isolation=none",
        `--import=${new URL("../support/seed.ts", import.meta.url).href}`,
        "--test-reporter=dot",
        "--test-timeout=120000",
        `--test-shard=${at + 1}/${shards}`,
        files,
      ],
      { stdio: "inherit" },
    );
    const [code] = (await once(shard, "exit")) as [number | null];
    return code;
  }),
);
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
