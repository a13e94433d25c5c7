/**
 * What the agent costs on a node of many containers, beside node_exporter and `docker stats` on the same node in the
 * same run; then the agent alone on synthetic containers, as their number grows.   node bench/agent.ts --help
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { aimsTable } from "./agent/aims.ts";
import { costsOf } from "./agent/cost.ts";
import { dockerStatsCost } from "./agent/docker_stats.ts";
import { endFullNode, startFullNode, type FullNode } from "./agent/node.ts";
import { HELP, readOptions, type BenchOptions } from "./agent/options.ts";
import { agentOfNode, agentStart, nodeExporter, start, type Program } from "./agent/programs.ts";
import { comparison, growthTable, type RealCosts, type SyntheticCost } from "./agent/report.ts";
import { hangUp } from "./agent/scrape.ts";
import { shippedAgent } from "./agent/shipped.ts";
import { layOut } from "./agent/synthetic.ts";

// Growth is told by medians, which need fewer scrapes than the last percent does.
const SYNTHETIC_SCRAPES_MOST = 40;
const PORT = { agent: 9880, exporter: 9100, synthetic: 9890 };

const say = (line: string): void => {
  console.error(line);
};
// On a machine that is busy otherwise, times say little.
const loadBefore = (loadavg()[0] ?? Number.NaN).toFixed(1);
const stopping = new AbortController();
const { signal } = stopping;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    say("ending: the lab and all that runs on it are taken away");
    stopping.abort();
  });
}

process.exit(await main());

/** The exit code. What an interrupt cut short may still hold the process open: so it is ended by it. */
async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === null) process.stdout.write(HELP);
    else await bench(options);
    return 0;
  } catch (error) {
    if (signal.aborted) return 130;
    say(`bench:agent: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function bench(options: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ballast-bench-"));
  try {
    const full = await startFullNode(options.containers, say, signal);
    say("the agent beside node_exporter, then docker stats");
    const real = await measureReal(full, options);
    printReal(options, real);
    say("synthetic containers");
    const growth = await measureSynthetic(full, options, folder);
    console.log(`\n${growthTable(growth)}\n\n${aimsTable(real, growth)}`);
  } finally {
    hangUp();
    await endFullNode(say);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureReal(full: FullNode, options: BenchOptions): Promise<RealCosts> {
  const starts = [agentOfNode(full, PORT.agent, options), nodeExporter(PORT.exporter)];
  const programs: Program[] = [];
  for (const what of starts) programs.push(await start(full, what, signal));
  const [agent, exporter] = await costsOf(programs, options, signal);
  for (const program of programs) await program.stop();
  if (agent === undefined || exporter === undefined) throw new Error("two programs have two costs");
  return { containers: full.ids.length, agent, exporter, stats: await dockerStatsCost(full, signal) };
}

async function measureSynthetic(
  full: FullNode,
  options: BenchOptions,
  folder: string,
): Promise<readonly SyntheticCost[]> {
  const hosts = [];
  for (const size of options.synthetic) {
    const sysfs = join(folder, String(size));
    mkdirSync(sysfs);
    const host = await layOut(sysfs, size, full);
    const what = agentStart(`agent of ${size}`, PORT.synthetic + hosts.length, options, host.flags);
    hosts.push({ size, host, program: await start(full, what, signal) });
  }
  say(`each a copy of a real one, with its ${hosts[0]?.host.filesEach ?? 0} files`);
  const costs = await costsOf(
    hosts.map(({ program }) => program),
    { ...options, scrapes: Math.min(options.scrapes, SYNTHETIC_SCRAPES_MOST) },
    signal,
  );
  for (const { program, host } of hosts) {
    await program.stop();
    await host.docker.stop();
  }
  return costs.map((cost, index) => ({ containers: options.synthetic[index] ?? 0, cost }));
}

function printReal({ scrapes, seconds, v8Flags }: BenchOptions, real: RealCosts): void {
  const flags = (v8Flags ?? shippedAgent().v8Flags).join(" ");
  console.log(`
${real.containers} containers on ${availableParallelism()} cores (load average before: ${loadBefore}), Node ${process.version} ${flags}; ${scrapes} scrapes of
each kind, a fresh sample for each; CPU time over ${seconds} s at one scrape each 15 s, with the agent's look each second.

${comparison(real)}

For docker stats, a scrape is one call of \`docker stats --no-stream\`; its CPU time is the command's, dockerd's,
containerd's and the shims'.`);
}
