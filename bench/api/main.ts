/**
 * How many requests a second the scheduler's API answers, and how soon, beside a bare express server. Prints Markdown.
 *   node bench/api/main.ts [--seconds 5] [--connections 16] [--nodes 1000] [--tasks 20000]
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism, cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile, shown } from "../support/numbers.ts";
import { residentOf } from "../support/processes.ts";
import { markdownTable } from "../support/table.ts";
import { drive, type Driven, type Target } from "./drive.ts";
import { HELP, readOptions, type ApiBenchOptions } from "./options.ts";
import { ALERT, targetsFor } from "./targets.ts";

const SERVER = new URL("./server.ts", import.meta.url).pathname;
const PEER = new URL("./peer.ts", import.meta.url).pathname;
const TOKEN = "of-the-benchmark-alone";
/** Before what is measured: code is compiled, and the planner's thread has seen the swarm. */
const WARM_UP_SECONDS = 1;
/** As kube-scheduler asks: one question at a time. */
const ALONE_SECONDS = 2;
/** After the load: what is not needed any more may go. */
const REST_SECONDS = 5;
const SAMPLE_MS = 200;
const AIM_MS = 100;

interface Server {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

async function start(file: string, args: readonly string[]): Promise<Server> {
  const child = fork(file, args, {
    env: { ...process.env, BENCH_TOKEN: TOKEN },
    // It logs each order, as the product does; nobody reads it here.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`${file} ended`)));
  const [port] = (await Promise.race([once(child, "message"), ended])) as [number];
  ended.catch(() => undefined);
  return { child, pid: child.pid ?? 0, port };
}

function megabytesOf({ pid }: Server): number {
  return residentOf(pid).all / 1e6;
}

interface Row {
  readonly target: Target;
  readonly ours: Driven;
  readonly peer: Driven;
  /** Over one connection. */
  readonly alone: Driven;
  /** The most that the API's process held, in MB. */
  readonly most: number;
}

async function measured(
  target: Target,
  api: Server,
  bare: Server,
  { seconds, connections }: ApiBenchOptions,
): Promise<Row> {
  await drive(target, { port: api.port, connections, seconds: WARM_UP_SECONDS });
  let most = 0;
  const sampling = setInterval(() => (most = Math.max(most, megabytesOf(api))), SAMPLE_MS);
  const ours = await drive(target, { port: api.port, connections, seconds });
  const alone = await drive(target, { port: api.port, connections: 1, seconds: ALONE_SECONDS });
  clearInterval(sampling);
  const asLong = { ...target, path: `/${ours.bytes}` };
  await drive(asLong, { port: bare.port, connections, seconds: WARM_UP_SECONDS });
  const peer = await drive(asLong, { port: bare.port, connections, seconds });
  return { target, ours, peer, alone, most };
}

function cellsOf({ target, ours, peer, alone, most }: Row): readonly string[] {
  const at = (driven: Driven, share: number): string => shown(quantile(driven.latencies, share), 1);
  return [
    target.name,
    shown(ours.bytes / 1000, 1),
    shown(ours.perSecond, 0),
    at(ours, 0.5),
    at(ours, 0.99),
    at(alone, 0.5),
    shown(peer.perSecond, 0),
    at(peer, 0.5),
    at(peer, 0.99),
    shown(peer.perSecond / ours.perSecond, 1),
    shown(most, 0),
  ];
}

const HEADER = [
  "request",
  "answer (kB)",
  "a second",
  "p50 (ms)",
  "p99 (ms)",
  "p50, one connection (ms)",
  "express alone, a second",
  "p50 (ms)",
  "p99 (ms)",
  "express / ours",
  "memory under load (MB)",
];

async function compare(options: ApiBenchOptions): Promise<void> {
  const { nodes, tasks, seconds, connections } = options;
  const [cpu] = cpus();
  console.log(
    `${availableParallelism()} cores (${cpu?.model ?? "unknown"}), load average ${shown(loadavg()[0] ?? NaN, 1)}, Node ${process.version}; ` +
      `a made-up swarm of ${nodes} nodes × ${tasks} tasks; ${connections} connections, ${seconds} s each\n`,
  );
  const [api, bare] = [await start(SERVER, [String(nodes), String(tasks)]), await start(PEER, [])];
  try {
    const before = megabytesOf(api);
    const rows: Row[] = [];
    for (const target of targetsFor(nodes, `Bearer ${TOKEN}`))
      rows.push(await measured(target, api, bare, options));
    await sleep(REST_SECONDS * 1000);
    console.log(markdownTable(HEADER, rows.map(cellsOf)));
    const most = Math.max(...rows.map((row) => row.most));
    const after = megabytesOf(api);
    console.log(
      `\nThe API's process: ${shown(before, 0)} MB before, ${shown(most, 0)} MB under load at the most, ` +
        `${shown(after, 0)} MB ${REST_SECONDS} s after; express alone ${shown(megabytesOf(bare), 0)} MB.`,
    );
    const alert = rows.find(({ target }) => target.name === ALERT);
    const p99 = quantile(alert?.ours.latencies ?? [], 0.99);
    console.log(`The aim of ${AIM_MS} ms for an alert is ${p99 <= AIM_MS ? "kept" : "MISSED"} at p99.`);
    report(rows);
  } finally {
    for (const { child } of [api, bare]) child.kill();
  }
}

/** What was not answered well is no measurement. */
function report(rows: readonly Row[]): void {
  for (const { target, ours, peer } of rows) {
    const refused = { ...ours.refused, ...peer.refused };
    if (Object.keys(refused).length === 0) continue;
    console.log(`${target.name} was refused: ${JSON.stringify(refused)}`);
    process.exitCode = 1;
  }
}

const options = readOptions(process.argv.slice(2));
if (options === null) console.log(HELP);
else await compare(options);
