import { auditOf } from "./api/access/audit.ts";
import type { Reloader } from "./api/acts/reload.ts";
import type { ApiParts } from "./api/routes.ts";
import type { Clock } from "./clock.ts";
import { accessOf, type SchedulerConfig } from "./config.ts";
import { leavePartsOn } from "./leave/swarm.ts";
import { createLeaving } from "./leaving.ts";
import type { Observe } from "./observe/observer.ts";
import type { SchedulerParts } from "./parts.ts";

/** The loop, as the API knows it. */
export interface ApiLoop {
  /** Has it look, and says what for. */
  readonly look: (trigger: string) => void;
  /** Whether this scheduler is the one that acts. */
  readonly leads: () => boolean;
  readonly reloader: Reloader;
  /** Starts no other round, and waits for the one under way. */
  readonly rest: () => Promise<void>;
}

/** What the API is made of: the parts that rounds work with, and the loop. */
export function apiPartsOf(
  config: SchedulerConfig,
  parts: SchedulerParts,
  clock: Pick<Clock, "now">,
  { look, leads, reloader, rest }: ApiLoop,
): ApiParts {
  const { thinker, policy, journal, governor, hindsight, orders, requests, nodeWriter, metrics, log } = parts;
  const now = (): number => clock.now();
  const observe: Observe = async () => {
    const { snapshot, leads } = await parts.observe();
    return { snapshot: { ...snapshot, memory: hindsight.memory() }, leads };
  };
  return {
    access: accessOf(config),
    config,
    now,
    observe,
    explainNow: (snapshot, subject) => thinker.explain(snapshot, policy, now(), subject),
    decideOn: (snapshot, focus) =>
      thinker.decide(snapshot, focus === null ? policy : { ...policy, focus }, now()),
    observeLately: lately(observe, now),
    place: (snapshot, wanted, among) => thinker.place(snapshot, policy, now(), wanted, among),
    creator: parts.creator,
    creations: parts.creations,
    recheck: (snapshot, moves) => thinker.recheck(snapshot, policy, now(), moves),
    journal,
    events: parts.events,
    agents: parts.agents,
    standing: async () => ({
      governor: governor.state((await observe()).snapshot),
      journal: journal.state(),
    }),
    policy,
    orders,
    requests,
    nodeWriter,
    onOrder: () => {
      look("order");
    },
    leads,
    reloader,
    leaving: createLeaving(leavePartsOn(parts.docker), rest, log),
    onAlerts: (names) => {
      log.info({ alerts: names }, "alerts ask for a look");
      look("alert");
    },
    daily: dailyPartsOf(config, parts, look),
    countHook: metrics.hooked,
    rules: config.hooks.alerts,
    closed: (snapshot) => {
      const { open, detail } = governor.state(snapshot).opening;
      return open ? null : detail;
    },
    log,
    count: metrics.alerted,
    onServed: auditOf(metrics, log),
  };
}

function dailyPartsOf(
  { api }: SchedulerConfig,
  { daily, log }: SchedulerParts,
  look: ApiLoop["look"],
): ApiParts["daily"] {
  return {
    ...daily,
    rules: { allow: api.allow },
    onDeed: (deed) => {
      log.info(deed, "done over the API");
      look("deed");
    },
  };
}

/** However many ask at once: to read a swarm and its loads takes longer than to judge by them. */
const LATELY_MS = 2000;

/** The same observation for whoever asks within so short a time. */
function lately(observe: Observe, now: () => number): Observe {
  let last: { readonly atMs: number; readonly seen: ReturnType<Observe> } | null = null;
  return () => {
    if (last === null || Math.abs(now() - last.atMs) > LATELY_MS) {
      const made = { atMs: now(), seen: observe() };
      last = made;
      // What failed is not kept.
      made.seen.catch(() => {
        if (last === made) last = null;
      });
    }
    return last.seen;
  };
}
