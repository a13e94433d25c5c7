import { setTimeout as sleep } from "node:timers/promises";
import { status } from "../../lab/lab.ts";
import { run } from "../../lab/run.ts";
import { quantile } from "../support/numbers.ts";
import { cpuSeconds, endedChildrenCpuSeconds, neighboursOf } from "../support/processes.ts";
import { SCRAPE_INTERVAL_SECONDS } from "./cost.ts";
import type { FullNode } from "./node.ts";

/** What `docker stats --no-stream` of all of a node's containers costs. */
export interface StatsCost {
  /** Of one call. */
  readonly p50: number;
  readonly p99: number;
  /** Of one call: the command and the daemons together. */
  readonly cpuSeconds: number;
  /** With a call each 15 s. */
  readonly cpuSecondsPerHour: number;
}

const CALLS = 8;
const IDLE_SECONDS = 10;
const DAEMONS = new Set(["dockerd", "containerd", "containerd-shim"]);

/** Measured with nothing else running; what the daemons use by themselves meanwhile is taken off. */
export async function dockerStatsCost(full: FullNode, signal: AbortSignal): Promise<StatsCost> {
  const daemons = await daemonsOf(full);
  const used = (): number => daemons.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const idleFrom = used();
  await sleep(IDLE_SECONDS * 1000, undefined, { signal });
  const idleShare = (used() - idleFrom) / IDLE_SECONDS;

  const times: number[] = [];
  const began = { at: performance.now(), daemons: used(), command: endedChildrenCpuSeconds(process.pid) };
  for (let call = 0; call < CALLS; call += 1) {
    signal.throwIfAborted();
    times.push(await callOnce(full));
  }
  const elapsed = (performance.now() - began.at) / 1000;
  const busy = used() - began.daemons - idleShare * elapsed;
  const perCall = (busy + endedChildrenCpuSeconds(process.pid) - began.command) / CALLS;
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    cpuSeconds: perCall,
    cpuSecondsPerHour: (perCall * 3600) / SCRAPE_INTERVAL_SECONDS,
  };
}

async function callOnce({ node, ids }: FullNode): Promise<number> {
  const from = performance.now();
  const text = await run(["docker", "--host", `unix://${node.socket}`, "stats", "--no-stream"]);
  const lines = text.trim().split("\n").length - 1;
  if (lines !== ids.length) throw new Error(`docker stats shows ${lines} containers of ${ids.length}`);
  return performance.now() - from;
}

/** The node's daemon with its containerd and the shims of all containers. */
async function daemonsOf({ lab, node }: FullNode): Promise<readonly number[]> {
  const { nodes } = await status(lab);
  const pid = nodes.find(({ name }) => name === node.name)?.pid;
  if (pid === undefined || pid === null) throw new Error(`the daemon of ${node.name} does not run`);
  return neighboursOf(pid, DAEMONS);
}
