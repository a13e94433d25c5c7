import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { waitFor } from "../../lab/wait.ts";
import { startAgentProcess, type AgentProcess } from "../support/agent-process.ts";
import { scrape, valueOf, type Series } from "../support/exposition.ts";
import { makeCgroup, type RealCgroup } from "../support/real-cgroup.ts";

const NODE = `/ballast-test-${process.pid}`;
const CONTAINER = "5e".repeat(32);
const CGROUP = `${NODE}/${CONTAINER}`;
const BURST_MS = 1500;
// Spins for a moment whenever it is told to.
const BURNER = `process.stdin.on("data", () => { const end = Date.now() + ${BURST_MS}; while (Date.now() < end); });`;
const TIMEOUT_MS = 30_000;

let node: RealCgroup;
let container: RealCgroup;
let burner: ChildProcess;
let agent: AgentProcess | undefined;

function url(): string {
  if (agent === undefined) throw new Error("the agent did not start");
  return agent.url;
}

function startBurner(): ChildProcess {
  const child = spawn(process.execPath, ["-e", BURNER], { stdio: ["pipe", "ignore", "inherit"] });
  container.take(child.pid ?? 0);
  return child;
}

async function endBurner(): Promise<void> {
  const ended = once(burner, "exit");
  burner.kill("SIGKILL");
  await ended;
}

before(async () => {
  node = makeCgroup(NODE);
  container = makeCgroup(CGROUP);
  burner = startBurner();
  agent = await startAgentProcess([
    `--node.cgroup=${NODE}`,
    "--node.cpu-cores=1",
    "--docker.host=unix:///nonexistent.sock",
    "--sample.max-age=0s",
  ]);
});

after(async () => {
  await endBurner();
  await agent?.stop();
  for (const cgroup of [container, node]) await waitFor(`${cgroup.path} to be empty`, () => removed(cgroup));
});

function removed(cgroup: RealCgroup): Promise<true | undefined> {
  try {
    cgroup.remove();
    return Promise.resolve(true);
  } catch {
    return Promise.resolve(undefined);
  }
}

interface Recent {
  readonly containers: readonly { readonly id: string; readonly rows: readonly (readonly number[])[] }[];
}

async function coresBySecond(): Promise<readonly number[]> {
  const answer = (await (await fetch(`${url()}/v1/recent`)).json()) as Recent;
  return answer.containers.find(({ id }) => id === CONTAINER)?.rows.map(([, cores = 0]) => cores) ?? [];
}

function cores(series: readonly Series[], name: string): number {
  return valueOf(series, name, { id: CGROUP }) ?? Number.NaN;
}

describe("recent use, of real processes in a real cgroup", () => {
  it("a burst between two scrapes shows as a peak that the average hides", async () => {
    await waitFor("quiet readings", async () => ((await coresBySecond()).length >= 2 ? true : undefined), {
      timeoutMs: TIMEOUT_MS,
    });
    const first = await scrape(url(), { "User-Agent": "burst" });
    const from = performance.now();
    burner.stdin?.write("now\n");
    const quietSeconds = 5;
    await waitFor(
      "the burst and a quiet time after it",
      async () => {
        const rows = await coresBySecond();
        const last = rows.findLastIndex((value) => value > 0.3);
        return last >= 0 && rows.length - last > quietSeconds ? true : undefined;
      },
      { timeoutMs: TIMEOUT_MS },
    );
    const second = await scrape(url(), { "User-Agent": "burst" });
    const seconds = (performance.now() - from) / 1000;
    const name = "container_cpu_usage_seconds_total";
    const average = (cores(second, name) - cores(first, name)) / seconds;
    const peak = cores(second, "ballast_container_cpu_peak_cores");
    assert.ok(average > 0, "the burst was counted");
    assert.ok(peak > 2 * average, `peak ${peak} of an average ${average}`);
    assert.ok(peak >= cores(second, "ballast_container_cpu_p95_cores"));
    // Another scraper has a window of its own; the same one's next window no longer holds the burst.
    const other = await scrape(url(), { "User-Agent": "another" });
    assert.equal(cores(other, "ballast_container_cpu_peak_cores"), peak);
    const next = await scrape(url(), { "User-Agent": "burst" });
    assert.ok(cores(next, "ballast_container_cpu_peak_cores") < peak);
  });

  it("goes on in a cgroup that was removed and made anew under the same name", async () => {
    await endBurner();
    await waitFor("the cgroup to be empty", () => removed(container));
    container = makeCgroup(CGROUP);
    burner = startBurner();
    burner.stdin?.write("now\n");
    await waitFor(
      "a reading of the new cgroup",
      async () => ((await coresBySecond()).slice(-3).some((value) => value > 0.3) ? true : undefined),
      { timeoutMs: TIMEOUT_MS },
    );
  });

  it("is streamed: the minute first, then each second as it comes", async () => {
    const abort = new AbortController();
    const response = await fetch(`${url()}/v1/recent`, {
      headers: { Accept: "text/event-stream" },
      signal: abort.signal,
    });
    assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
    const times: number[] = [];
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const [, kind, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
        const view = JSON.parse(data ?? "") as { node: { rows: number[][] } };
        if (kind === "second") times.push(view.node.rows[0]?.[0] ?? Number.NaN);
        else assert.equal(kind, "minute");
      }
      if (times.length >= 3) break;
    }
    abort.abort();
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(times).size, times.length);
  });

  it("refuses a query that it does not know, naming what there is", async () => {
    const response = await fetch(`${url()}/v1/recent?servcie=x`);
    assert.equal(response.status, 400);
    assert.match(((await response.json()) as { detail: string }).detail, /servcie.*service/);
  });
});
