import { after } from "node:test";
import { startHttpServer } from "../../../../../common/http/server.ts";
import { createDailyEditors } from "../../../../../scheduler/act/daily/editors.ts";
import { dailyEndpoints } from "../../../../../scheduler/api/acts/daily/endpoints.ts";
import type { DailyDeed, DailyParts } from "../../../../../scheduler/api/acts/daily/parts.ts";
import { routerOf, type Served } from "../../../../../scheduler/api/http/router.ts";
import { DAILY_ACTS, type DailyAct } from "../../../../../scheduler/domain/daily.ts";
import type { Snapshot } from "../../../../../scheduler/domain/snapshot.ts";
import { createMetrics } from "../../../../../scheduler/metrics.ts";
import { SILENT } from "../../../../support/silent-log.ts";
import { aNode, aSwarm, stands } from "../../../../support/swarm-builder.ts";
import { startFakeDocker, type FakeDocker } from "./fake-docker.ts";

const TOKENS = [
  { name: "ann", role: "admin", secret: "of-ann" },
  { name: "olaf", role: "operator", secret: "of-olaf" },
] as const;

/** `web` on n2, `db` held to the disk of n2; n1 leads of three managers. */
export const SWARM: Snapshot = aSwarm(
  [
    aNode("n1", { role: "manager", leader: true }),
    aNode("n2", { labels: { disk: "ssd" } }),
    aNode("n3", { role: "manager" }),
    aNode("n4", { role: "manager" }),
  ],
  stands("web", [{ on: "n2" }]),
  stands("db", [{ on: "n2" }], { constraints: ["node.labels.disk==ssd"] }),
);

/** The daily acts over HTTP, with the adapters of the product, on a fake Docker. */
export interface DailyApi {
  readonly url: string;
  readonly fake: FakeDocker;
  readonly deeds: readonly DailyDeed[];
  readonly calls: readonly Served[];
}

interface Over {
  readonly snapshot?: Snapshot;
  readonly allow?: readonly DailyAct[];
}

/** Starts one; it stops with the test file. */
export async function startDailyApi({ snapshot = SWARM, allow = DAILY_ACTS }: Over = {}): Promise<DailyApi> {
  const fake = await startFakeDocker(snapshot);
  const deeds: DailyDeed[] = [];
  const calls: Served[] = [];
  const { docker } = fake;
  const parts: DailyParts = {
    observe: () => Promise.resolve({ snapshot, leads: true }),
    daily: {
      rules: { allow },
      ...createDailyEditors(docker),
      onDeed: (deed) => {
        deeds.push(deed);
      },
    },
  };
  const router = routerOf({
    endpoints: dailyEndpoints(parts),
    access: { openReads: true, tokens: TOKENS },
    onServed: (served) => {
      calls.push(served);
    },
  });
  const server = await startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      registry: createMetrics("advise").registry,
      readiness: () => ({ ready: true, reason: "ok" }),
      log: SILENT,
      routes: [router],
    },
  );
  after(() => server.stop(0));
  return { url: `http://127.0.0.1:${server.port}`, fake, deeds, calls };
}

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of a problem; empty for what is none. */
  readonly detail: string;
}

/** Asks an act; meant, and as an admin, unless told otherwise. */
export async function post(
  { url }: DailyApi,
  path: string,
  body: unknown = {},
  { dryRun = false, secret = "of-ann" }: { readonly dryRun?: boolean; readonly secret?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}?dryRun=${dryRun}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const told = (await response.json()) as Answer["body"];
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok && !type.startsWith("application/problem+json"))
    throw new Error(`no problem document: ${type}`);
  const detail = response.ok ? "" : String(told["detail"]);
  return { status: response.status, headers: response.headers, body: told, detail };
}
