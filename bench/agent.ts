/**
 * What a scrape of the agent costs, beside Debian's node_exporter on the same host at the same time.
 * Every scrape of the agent takes a fresh sample here, which it otherwise does at most once a second.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const TICKS_PER_SECOND = 100;
const START_TIMEOUT_SECONDS = 15;
const IDLE_SECONDS = 10;
const WARM_UP_SCRAPES = 20;
const NODE_EXPORTER = "/usr/bin/prometheus-node-exporter";

interface Contender {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  readonly url: string;
}

interface Result {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly cpuMsPerScrape: number;
  readonly idleCpuPercent: number;
  readonly rssMb: number;
  readonly series: number;
}

const ROWS: readonly (readonly [label: string, key: keyof Result, digits: number])[] = [
  ["scrape, median (ms)", "medianMs", 1],
  ["scrape, 95 % (ms)", "p95Ms", 1],
  ["CPU per scrape (ms)", "cpuMsPerScrape", 1],
  ["CPU when not scraped (%)", "idleCpuPercent", 2],
  ["resident memory (MB)", "rssMb", 0],
  ["series", "series", 0],
];

const { values } = parseArgs({
  options: { scrapes: { type: "string", default: "50" }, rate: { type: "string", default: "10" } },
});
const plan = { scrapes: Number(values.scrapes), pauseMs: 1000 / Number(values.rate) };
if (!(plan.scrapes >= 1 && Number.isFinite(plan.pauseMs) && plan.pauseMs > 0)) {
  throw new Error("--scrapes and --rate take numbers above 0");
}

const compiled = join(import.meta.dirname, "../dist/agent/main.js");
const source = join(import.meta.dirname, "../agent/main.ts");
const program = existsSync(compiled) ? compiled : source;
const agent = agentOn(await freePort());
const exporter = exporterOn(await freePort());
console.log(
  `agent: ${program === compiled ? "compiled (dist/, as shipped)" : "source (no dist/: npm run build)"}`,
);
console.log(`${plan.scrapes} scrapes each, ${values.rate}/s, side by side; ${IDLE_SECONDS} s idle before\n`);
const [ours, theirs] = await Promise.all([measure(agent), measure(exporter)]);
console.log(tableOf(ours, theirs));

function agentOn(port: number): Contender {
  const address = `127.0.0.1:${port}`;
  const env = {
    ...process.env,
    // As docker-stack.yml has it.
    NODE_OPTIONS: "--max-semi-space-size=1",
    BALLAST_AGENT_LISTEN: address,
    BALLAST_AGENT_SAMPLE_MAX_AGE: "0s",
    BALLAST_AGENT_LOG_LEVEL: "error",
  };
  return { name: "agent", command: [process.execPath, program], env, url: `http://${address}/metrics` };
}

function exporterOn(port: number): Contender {
  const address = `127.0.0.1:${port}`;
  const command = [NODE_EXPORTER, `--web.listen-address=${address}`, "--log.level=error"] as const;
  return { name: "node_exporter", command: [...command], env: process.env, url: `http://${address}/metrics` };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function measure(contender: Contender): Promise<Result> {
  const [file, ...args] = contender.command;
  const child = spawn(file, args, { env: contender.env, stdio: "ignore" });
  try {
    await started(contender, child);
    return await scrapeAll(contender.url, pidOf(child, contender.name));
  } finally {
    await end(child);
  }
}

async function scrapeAll(url: string, pid: number): Promise<Result> {
  for (let i = 0; i < WARM_UP_SCRAPES; i += 1) await scrape(url);
  const idleFrom = cpuSeconds(pid);
  await sleep(IDLE_SECONDS * 1000);
  const idleShare = (cpuSeconds(pid) - idleFrom) / IDLE_SECONDS;

  const cpuFrom = cpuSeconds(pid);
  const from = performance.now();
  const times: number[] = [];
  let series = 0;
  for (let i = 0; i < plan.scrapes; i += 1) {
    await sleep(Math.max(0, from + i * plan.pauseMs - performance.now()));
    const answer = await scrape(url);
    times.push(answer.ms);
    series = answer.series;
  }
  const busy = cpuSeconds(pid) - cpuFrom - (idleShare * (performance.now() - from)) / 1000;
  return {
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    cpuMsPerScrape: (busy * 1000) / plan.scrapes,
    idleCpuPercent: idleShare * 100,
    rssMb: residentMb(pid),
    series,
  };
}

async function scrape(url: string): Promise<{ readonly ms: number; readonly series: number }> {
  const from = performance.now();
  const response = await fetch(url);
  const text = await response.text();
  const ms = performance.now() - from;
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return { ms, series: text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length };
}

async function started({ name, url }: Contender, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_SECONDS * 1000;
  while (performance.now() < deadline && child.exitCode === null) {
    const answered = await scrape(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(50);
  }
  throw new Error(`${name} did not answer within ${START_TIMEOUT_SECONDS} s; start it by hand to see why`);
}

function pidOf(child: ChildProcess, name: string): number {
  if (child.pid === undefined) throw new Error(`${name} did not start`);
  return child.pid;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** User and system time of all threads. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The command's name, in parentheses, may hold blanks; columns 14 and 15 are counted after it.
  const columns = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(columns[11]) + Number(columns[12])) / TICKS_PER_SECOND;
}

function residentMb(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function tableOf(ours: Result, theirs: Result): string {
  const header = `${"".padEnd(26)}${"agent".padStart(12)}${"node_exporter".padStart(16)}${"ratio".padStart(9)}`;
  const rows = ROWS.map(([label, key, digits]) => {
    const ratio = theirs[key] === 0 ? "-" : (ours[key] / theirs[key]).toFixed(2);
    const cells = [
      ours[key].toFixed(digits).padStart(12),
      theirs[key].toFixed(digits).padStart(16),
      ratio.padStart(9),
    ];
    return label.padEnd(26) + cells.join("");
  });
  return [header, ...rows].join("\n");
}
