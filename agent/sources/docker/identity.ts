import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../common/log.ts";
import type { Clock } from "../clock.ts";
import type { ContainerIdentity, DockerApi, NodeIdentity } from "./api.ts";
import type { Patience } from "./patience.ts";
import { createRoster, type Roster } from "./roster.ts";

/** Who is who on this node, remembered: with a dead daemon it goes stale and says so, but keeps answering. */
export interface Identity {
  /** Whether Docker answered when last asked. */
  readonly up: boolean;
  /** Seconds since Docker last answered; null when it never did. */
  readonly age: number | null;
  readonly node: NodeIdentity | null;
  /** Null for a container that Docker does not know, or that nobody could ask it about. */
  container(id: string): ContainerIdentity | null;
  /** Asks Docker about those of these containers that are not known yet. Never fails. */
  learn(ids: readonly string[]): Promise<void>;
  /** Follows Docker until the signal; resolves when the first attempt to reach it has succeeded or failed. */
  follow(signal: AbortSignal): Promise<void>;
}

interface Parts {
  readonly docker: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
}

/** Identities by list, inspect and events; a break of the event stream has everything read anew. */
export function createIdentity({ docker, clock, log, patience }: Parts): Identity {
  const roster = createRoster(docker, clock, patience.answer);
  let up = false;

  async function keepUp(signal: AbortSignal, tried: () => void): Promise<void> {
    let retry = patience.retryFirst;
    while (!signal.aborted) {
      const attempt = new AbortController();
      const ended = AbortSignal.any([signal, attempt.signal]);
      try {
        await synchronise(docker, roster, patience, ended, async (events) => {
          up = true;
          retry = patience.retryFirst;
          log.info("docker answers");
          tried();
          await watch(roster, patience, clock, events, ended);
        });
      } catch (error) {
        attempt.abort();
        if (isOver(signal)) return;
        // Told once; the retries that follow say nothing new.
        const level = up || retry === patience.retryFirst ? "warn" : "debug";
        log[level]({ err: error }, "docker does not answer; names may go stale");
        up = false;
        tried();
        await sleep(retry * 1000, undefined, { signal }).catch(() => undefined);
        retry = Math.min(retry * 2, patience.retryMost);
      }
    }
  }

  return {
    get up() {
      return up;
    },
    get age() {
      return roster.answeredAt === null ? null : clock.monotonic() - roster.answeredAt;
    },
    get node() {
      return roster.node;
    },
    container: (id) => roster.container(id),
    learn: (ids) => (up ? roster.learn(ids, new AbortController().signal) : Promise.resolve()),
    follow: (signal) =>
      new Promise((resolve) => {
        void keepUp(signal, resolve);
      }),
  };
}

/** Reads who is here, with the events already open: what changes while the list is read is then not missed. */
async function synchronise(
  docker: DockerApi,
  roster: Roster,
  patience: Patience,
  signal: AbortSignal,
  next: (events: { readonly ended: Promise<void> }) => Promise<void>,
): Promise<void> {
  const events = await opened(patience.answer, (late) =>
    docker.follow(
      (event) => {
        roster.note(event, signal);
      },
      AbortSignal.any([signal, late]),
    ),
  );
  await roster.readNode(signal);
  await roster.readAll(signal);
  await next(events);
}

/** Watches that the daemon lives and who the node is; returns never, and throws when either cannot be told. */
async function watch(
  roster: Roster,
  patience: Patience,
  clock: Clock,
  events: { readonly ended: Promise<void> },
  signal: AbortSignal,
): Promise<never> {
  let nodeReadAt = clock.monotonic();
  for (;;) {
    const pause = sleep(patience.ping * 1000, "rested" as const, { signal });
    const first = await Promise.race([events.ended.then(() => "ended" as const), pause]);
    if (first === "ended") throw new Error("the event stream ended");
    await roster.ping(signal);
    // A node joins and leaves swarms while its daemon runs; `info` is dear, so a settled one is asked seldom.
    if (roster.node?.swarmNodeId === "" || clock.monotonic() - nodeReadAt >= patience.node) {
      await roster.readNode(signal);
      nodeReadAt = clock.monotonic();
    }
  }
}

/** Bounds how long a stream may take to open, not how long it lives. */
async function opened<T>(seconds: number, open: (late: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, seconds * 1000);
  return await open(late.signal).finally(() => {
    clearTimeout(timer);
  });
}

/** A function, because the compiler believes that a signal cannot change while one waits. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
