import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../common/log.ts";
import type { Clock } from "../clock.ts";
import type { ContainerEvent, ContainerIdentity, DockerApi, NodeIdentity } from "./api.ts";
import { createFollower } from "./follower.ts";
import type { Patience } from "./patience.ts";
import { createRoster } from "./roster.ts";
import type { Witness } from "./witness.ts";

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
  /** Has this called whenever a container starts or ends. */
  onChange(listener: () => void): void;
  /** Follows Docker until the signal; resolves when the first attempt to reach it has succeeded or failed. */
  follow(signal: AbortSignal): Promise<void>;
}

/** What an identity is made of. The witness hears all that happens to containers. */
export interface IdentityParts {
  readonly docker: DockerApi;
  readonly witness: Witness;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
}

const CHANGES = new Set(["start", "die", "destroy"]);

/** Identities by list, inspect and events; a break of the event stream has everything read anew. */
export function createIdentity({ docker, witness, clock, log, patience }: IdentityParts): Identity {
  const roster = createRoster(docker, clock, patience.answer);
  const listeners: (() => void)[] = [];
  let up = false;

  function onEvent(event: ContainerEvent, signal: AbortSignal): void {
    roster.note(event, signal);
    witness.hear(event);
    if (CHANGES.has(event.action)) for (const listener of listeners) listener();
  }

  const follower = createFollower({ docker, roster, witness, onEvent, clock, log, patience });

  async function keepUp(signal: AbortSignal, tried: () => void): Promise<void> {
    let retry = patience.retryFirst;
    while (!signal.aborted) {
      const attempt = new AbortController();
      const either = AbortSignal.any([signal, attempt.signal]);
      try {
        const following = await follower.synchronise(either);
        up = true;
        retry = patience.retryFirst;
        log.info("docker answers");
        tried();
        await follower.watch(following, either);
      } catch (error) {
        attempt.abort();
        if (isOver(signal)) return;
        // Told once; the retries that follow say nothing new.
        const level = up || retry === patience.retryFirst ? "warn" : "debug";
        log[level]({ err: error }, "docker does not answer; names may go stale");
        if (up) witness.noteGap();
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
    learn: (ids) => (up ? roster.learn(ids, AbortSignal.timeout(patience.learn * 1000)) : Promise.resolve()),
    onChange(listener) {
      listeners.push(listener);
    },
    follow: (signal) =>
      new Promise((resolve) => {
        void keepUp(signal, resolve);
      }),
  };
}

/** A function, because the compiler believes that a signal cannot change while one waits. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
