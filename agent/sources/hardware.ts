import { createRequire } from "node:module";
import * as z from "zod";
import { runProgram } from "./program.ts";

const FACTS = z.object({
  cpu: z.object({ brand: z.string(), vendor: z.string(), physicalCores: z.number(), flags: z.string() }),
  system: z.object({ manufacturer: z.string(), model: z.string(), virtualHost: z.string().optional() }),
});

/** What systeminformation found out about the machine; what it does not know is empty, 0 or a word of its own. */
export type HardwareFacts = z.output<typeof FACTS>;

// It starts a dozen programs, one after the other.
const TIMEOUT_MS = 30_000;

/**
 * Asks in a process of its own, which then ends: the library would stay in the agent's memory for one answer.
 * The program is given as text, because the agent ships as one file, which has no second one to start.
 */
export async function askHardware(): Promise<HardwareFacts> {
  const library = createRequire(import.meta.url).resolve("systeminformation");
  const script =
    `const { cpu, system } = require(${JSON.stringify(library)});` +
    "Promise.all([cpu(), system()])" +
    ".then(([cpu, system]) => process.stdout.write(JSON.stringify({ cpu, system })));";
  // Debuggers, preloaded modules and memory limits are meant for the agent.
  const env = { ...process.env, NODE_OPTIONS: "" };
  return FACTS.parse(
    JSON.parse(await runProgram(process.execPath, ["-e", script], { timeoutMs: TIMEOUT_MS, env })),
  );
}
