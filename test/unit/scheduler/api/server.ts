import { after } from "node:test";
import { startHttpServer } from "../../../../common/http/server.ts";
import { createDailyEditors } from "../../../../scheduler/act/daily/editors.ts";
import type { AccessRules } from "../../../../scheduler/api/access/access.ts";
import type { Served } from "../../../../scheduler/api/http/router.ts";
import { routesOf, type ApiParts } from "../../../../scheduler/api/routes.ts";
import { readSchedulerConfig } from "../../../../scheduler/config.ts";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { explain } from "../../../../scheduler/decide/explain/explain.ts";
import { DAILY_ACTS } from "../../../../scheduler/domain/daily.ts";
import { calendarOf } from "../../../../scheduler/govern/calendar.ts";
import { DEFAULT_LIMITS } from "../../../../scheduler/govern/limits.ts";
import { createGovernor } from "../../../../scheduler/governor.ts";
import { createEvents } from "../../../../scheduler/events/events.ts";
import { NO_AGENTS } from "../../../../scheduler/events/node-agents.ts";
import type { Journal } from "../../../../scheduler/journal/journal.ts";
import { createMetrics } from "../../../../scheduler/metrics.ts";
import { fakeOrderBook, type FakeOrderBook } from "../../../support/fake-order-book.ts";
import { fakeRequestBook } from "../../../support/fake-request-book.ts";
import { memoryJournal } from "../../../support/memory-journal.ts";
import { SAME_THREAD } from "../../../support/same-thread-thinker.ts";
import { startFakeDocker } from "./daily/fake-docker.ts";
import { SILENT } from "../../../support/silent-log.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";

export const TOKEN = "s3cret";
export const ACCESS: AccessRules = {
  openReads: true,
  tokens: [{ name: "ann", role: "admin", secret: TOKEN }],
};

/** A swarm of which a decision is a plan of one move. */
export const SWARM = aSwarm(
  [aNode("n1"), aNode("n2")],
  stands("a", [{ on: "n1", cpu: 1.75 }]),
  stands("b", [{ on: "n1", cpu: 1.75 }]),
);

const NO_REMAINS = { moves: [], unreadable: [], orders: [], ownLabels: [] };
const fakeDocker = await startFakeDocker(SWARM);

/** A scheduler's API over what the test gives it; it stops with the test file. */
export interface TestApi {
  readonly url: string;
  readonly journal: Journal;
  /** The names of the alerts of each call that made the loop look. */
  readonly looks: (readonly string[])[];
  /** What became of each call of the hook. */
  readonly counted: string[];
  readonly orderBook: FakeOrderBook;
  /** What became of each call. */
  readonly calls: readonly Served[];
}

/** What an API is made of, and what its calls leave behind. */
export function apiPartsFor(
  over: Partial<ApiParts> = {},
): Omit<TestApi, "url"> & { readonly parts: ApiParts } {
  const journal = memoryJournal(500);
  const looks: (readonly string[])[] = [];
  const counted: string[] = [];
  const calls: Served[] = [];
  const orderBook = fakeOrderBook();
  const governor = createGovernor(DEFAULT_LIMITS, calendarOf([], []), journal);
  const { observe = () => Promise.resolve({ snapshot: SWARM, leads: true }) } = over;
  const parts: ApiParts = {
    observe,
    observeLately: observe,
    place: (snapshot, wanted, among) => SAME_THREAD.place(snapshot, aPolicy(), NOW, wanted, among),
    creator: {
      create: (spec, added) => {
        counted.push(`created ${String(spec["Name"])} by ${added.join(" ")}`);
        const steer = { moveId: "create-1", deadline: "", record: "" };
        return Promise.resolve({ ok: true, id: "s1", steer });
      },
    },
    creations: { follow: ({ id }) => counted.push(`followed ${id}`) },
    decideOn: (snapshot, focus) =>
      Promise.resolve(decide(snapshot, focus === null ? aPolicy() : { ...aPolicy(), focus }, NOW)),
    recheck: (snapshot, moves) => SAME_THREAD.recheck(snapshot, aPolicy(), NOW, moves),
    explainNow: (snapshot, subject) =>
      Promise.resolve(explain(snapshot, aPolicy(), decide(snapshot, aPolicy(), NOW), subject)),
    journal,
    standing: () => Promise.resolve({ governor: governor.state(SWARM), journal: journal.state() }),
    policy: aPolicy(),
    orders: orderBook,
    nodeWriter: orderBook,
    requests: fakeRequestBook(),
    leaving: {
      look: () => Promise.resolve({ remains: NO_REMAINS, schedulers: 1 }),
      leave: () => Promise.resolve({ remains: NO_REMAINS, clean: true }),
    },
    reloader: { check: () => ({ ok: true, changed: ["mode"] }), reload: () => looks.push(["reload"]) },
    daily: {
      ...createDailyEditors(fakeDocker.docker),
      rules: { allow: DAILY_ACTS },
      onDeed: () => looks.push(["deed"]),
    },
    onOrder: () => looks.push(["order"]),
    access: ACCESS,
    config: readSchedulerConfig({ BALLAST_API_TOKEN: TOKEN }),
    now: () => NOW,
    onServed: (served) => {
      calls.push(served);
    },
    events: createEvents({ log: SILENT }),
    agents: NO_AGENTS,
    leads: () => true,
    onAlerts: (names) => looks.push(names),
    rules: [],
    closed: () => null,
    log: SILENT,
    count: (rule, outcome) => counted.push(`${rule} ${outcome}`),
    countHook: (hook, outcome) => counted.push(`${hook} ${outcome}`),
    ...over,
  };
  return { parts, journal, looks, counted, orderBook, calls };
}

/** Starts one that leads and has a token, unless told otherwise. */
export async function startApi(over: Partial<ApiParts> = {}): Promise<TestApi> {
  const { parts, ...left } = apiPartsFor(over);
  const server = await startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      registry: createMetrics("advise").registry,
      readiness: () => ({ ready: true, reason: "ok" }),
      log: SILENT,
      routes: routesOf(parts),
    },
  );
  after(() => server.stop(0));
  return { url: `http://127.0.0.1:${server.port}`, ...left };
}

/** An error answer, when it is a problem document as it should be. */
export async function problemOf(
  response: Response,
): Promise<{ readonly title: string; readonly detail: string }> {
  const type = response.headers.get("content-type") ?? "";
  const text = await response.text();
  if (!type.startsWith("application/problem+json")) throw new Error(`no problem document: ${type} ${text}`);
  const { status, title, detail } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (status !== response.status) throw new Error(`it says ${String(status)} and is ${response.status}`);
  return { title: String(title), detail: String(detail) };
}
