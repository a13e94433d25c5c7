import assert from "node:assert/strict";
import { waitFor } from "../../../lab/lab.ts";
import { netnsPath } from "../../../lab/node/namespaces.ts";
import { findInit } from "../../../lab/node/processes.ts";
import { startAgentProcess, type AgentProcess } from "../../support/agent-process.ts";
import { scrape, valueOf, type Series } from "../../support/exposition.ts";
import type { TestLab } from "./lab.ts";
import { kernelFigures, type KernelFigures } from "./kernel.ts";

// Less than the 10 s that are Prometheus' default, and more than any wait that the agent allows itself.
const SCRAPE_TIMEOUT_MS = 6_000;

/** A scrape, with what the kernel said of a container right before it and right after it. */
export interface Bracketed {
  readonly before: KernelFigures;
  readonly page: readonly Series[];
  readonly after: KernelFigures;
}

/**
 * Starts an agent as a process of this machine that speaks for one node of the lab, and takes a new sample for each
 * scrape. It sees the node's own /proc, because the pids that Docker names are the node's.
 */
export function startNodeAgent(
  { lab, nodeNamed }: TestLab,
  hostname: string,
  flags: readonly string[] = [],
  dockerHost = `unix://${nodeNamed(hostname).socket}`,
): Promise<AgentProcess> {
  const init = findInit(netnsPath(lab.name, hostname));
  assert.ok(init !== undefined, `${hostname} runs`);
  return startAgentProcess([
    `--docker.host=${dockerHost}`,
    `--path.procfs=/proc/${init}/root/proc`,
    `--node.cgroup=${nodeNamed(hostname).cgroup}`,
    "--node.cpu-cores=2",
    "--sample.max-age=0s",
    ...flags,
  ]);
}

/** Scrapes until the page shows what is wanted, and returns that page. */
export function pageWith(
  { url }: AgentProcess,
  what: string,
  holds: (page: readonly Series[]) => boolean,
): Promise<readonly Series[]> {
  return waitFor(
    what,
    async () => {
      const page = await scrape(url);
      return holds(page) ? page : null;
    },
    // An agent asks a daemon that was gone for long every 30 s.
    { timeoutMs: 60_000 },
  );
}

/** Waits until the agent calls all these containers by their names. */
export async function namesAll(agent: AgentProcess, names: readonly string[]): Promise<void> {
  await pageWith(agent, `the agent to name ${names.join(", ")}`, (page) =>
    names.every((name) => valueOf(page, "container_last_seen", { name }) !== undefined),
  );
}

/** A scrape as text, which must be answered with 200 before Prometheus would give up. */
export async function steadyScrape(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(SCRAPE_TIMEOUT_MS) });
  assert.equal(response.status, 200);
  return await response.text();
}

/** Scrapes between two looks at the kernel's own figures. */
export async function bracketed({ url }: AgentProcess, cgroup: string): Promise<Bracketed> {
  const before = kernelFigures(cgroup);
  const page = await scrape(url);
  return { before, page, after: kernelFigures(cgroup) };
}

/** The sum of a container's series of this name; NaN when there is none. */
export function sumOf(page: readonly Series[], name: string, container: string): number {
  const found = page.filter((series) => series.name === name && series.labels["name"] === container);
  return found.length === 0 ? Number.NaN : found.reduce((sum, { value }) => sum + value, 0);
}

/**
 * A kernel's counter never goes back, so what the agent read lies between what was read before and after it: no
 * tolerance is needed, however busy the machine is.
 */
export function assertBetween(value: number, before: number, after: number, what: string): void {
  assert.ok(value >= before && value <= after, `${what}: ${value}, but the kernel ${before} to ${after}`);
}

/** Whether two figures differ by at most a share of the second, or by an amount. */
export function isNear(value: number, expected: number, share: number, amount = 0): boolean {
  return Math.abs(value - expected) <= Math.max(share * Math.abs(expected), amount);
}

export function assertNear(value: number, expected: number, share: number, what: string, amount = 0): void {
  assert.ok(isNear(value, expected, share, amount), `${what}: ${value}, expected about ${expected}`);
}

/** What the tests read of `/v1/recent`; rows are seconds since the epoch, then the fields. */
export interface Recent {
  readonly fields: readonly string[];
  readonly node: { readonly name: string | null; readonly rows: readonly (readonly number[])[] };
  readonly containers: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly service: string | null;
    readonly task: string | null;
    readonly rows: readonly (readonly number[])[];
  }[];
}

/** The last minute of the node and of the containers that the query asks for. */
export async function recent(url: string, query: string): Promise<Recent> {
  const response = await fetch(`${url}/v1/recent?${query}`);
  assert.equal(response.status, 200);
  return (await response.json()) as Recent;
}

/** The seconds of `/v1/recent` as they are streamed; the stream ends with the loop over it. */
export async function* secondsOf(url: string, query: string): AsyncGenerator<Recent> {
  const abort = new AbortController();
  const response = await fetch(`${url}/v1/recent?${query}`, {
    headers: { Accept: "text/event-stream" },
    signal: abort.signal,
  });
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const [, kind, data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
        if (kind === "second") yield JSON.parse(data) as Recent;
      }
    }
  } finally {
    abort.abort();
  }
}

/** All labels of a container's CPU time; null when the page has no container of that name. */
export function labelsOf(page: readonly Series[], name: string): Readonly<Record<string, string>> | null {
  const isIts = (series: Series) =>
    series.name === "container_cpu_usage_seconds_total" && series.labels["name"] === name;
  return page.find(isIts)?.labels ?? null;
}
