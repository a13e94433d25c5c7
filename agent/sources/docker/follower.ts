import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../common/log.ts";
import type { Clock } from "../clock.ts";
import type { ContainerEvent, DockerApi } from "./api.ts";
import { DockerError } from "./http.ts";
import type { Patience } from "./patience.ts";
import type { Roster } from "./roster.ts";
import type { Witness } from "./witness.ts";

/** Reads all that Docker has to say of its containers and keeps it up to date, for as long as Docker answers. */
export interface Follower {
  /** Reads everything, with the events already open: what changes while the list is read is then not missed. */
  synchronise(signal: AbortSignal): Promise<Following>;
  /** Watches that the daemon lives and who the node is; returns never, and throws when either cannot be told. */
  watch(following: Following, signal: AbortSignal): Promise<never>;
}

/** How Docker is followed. */
interface Following {
  /** Settles when the stream breaks; null when events are refused, and the list has to do. */
  readonly ended: Promise<void> | null;
}

interface FollowerParts {
  readonly docker: DockerApi;
  readonly roster: Roster;
  readonly witness: Witness;
  readonly onEvent: (event: ContainerEvent, signal: AbortSignal) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
}

const FORBIDDEN = 403;

export function createFollower({
  docker,
  roster,
  witness,
  onEvent,
  clock,
  log,
  patience,
}: FollowerParts): Follower {
  const allowed = createAllowance(log);

  async function readNode(signal: AbortSignal): Promise<void> {
    await allowed("info", "node_meta is not shown", () => roster.readNode(signal));
  }

  async function readAll(signal: AbortSignal): Promise<void> {
    const list = await roster.readAll(signal);
    await witness.compare(list, {
      startedAt: (id) => roster.container(id)?.startedAt ?? null,
      end: (id) => roster.end(id, signal),
    });
  }

  function openEvents(signal: AbortSignal): Promise<Following> {
    return opened(patience.answer, (late) =>
      docker.follow(
        (event) => {
          onEvent(event, signal);
        },
        witness.heardAt,
        AbortSignal.any([signal, late]),
      ),
    );
  }

  return {
    async synchronise(signal) {
      witness.expectRepeats();
      const events = await allowed("events", "the list is read instead, every few seconds", () =>
        openEvents(signal),
      );
      await readNode(signal);
      await readAll(signal);
      return events ?? { ended: null };
    },
    async watch({ ended }, signal) {
      let nodeReadAt = clock.monotonic();
      for (;;) {
        const pause = sleep(patience.ping * 1000, "rested" as const, { signal });
        const end = ended === null ? [] : [ended.then(() => "ended" as const)];
        if ((await Promise.race([...end, pause])) === "ended") throw new Error("the event stream ended");
        await roster.ping(signal);
        if (ended === null) await readAll(signal);
        // A node joins and leaves swarms while its daemon runs; `info` is dear, so a settled one is asked seldom.
        if (roster.node?.swarmNodeId === "" || clock.monotonic() - nodeReadAt >= patience.node) {
          await readNode(signal);
          nodeReadAt = clock.monotonic();
        }
      }
    },
  };
}

/** Asks, unless it is refused. */
type Allowance = <T>(what: string, loss: string, ask: () => Promise<T>) => Promise<T | null>;

/** A socket proxy may let some questions pass and not others: what is refused is told once, and the rest goes on. */
function createAllowance(log: Log): Allowance {
  const refused = new Set<string>();
  return async (what, loss, ask) => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DockerError) || error.status !== FORBIDDEN) throw error;
      if (!refused.has(what)) log.warn({ err: error }, `Docker refuses ${what}: ${loss}`);
      refused.add(what);
      return null;
    }
  };
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
