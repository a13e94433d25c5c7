import { setTimeout as sleep } from "node:timers/promises";
import { hasEnded, rawServiceOf, rawTasksOf } from "../../scheduler/act/raw.ts";
import type { LabNode } from "../../lab/lab.ts";
import { followNode, type ContainerEvent, type Following } from "../../test/e2e/support/container-events.ts";
import { nodesOf, servicesOf, type ApiTask } from "../../test/e2e/support/lab.ts";
import {
  isRest,
  judge,
  unwatched,
  type Seen,
  type SeenTask,
  type Strictness,
  type Watched,
} from "./judge.ts";
import type { Lives } from "./lives.ts";
import type { Owned, Stage } from "./stage.ts";

/** Looks each second, and says what must not be. */
export interface Watch {
  /** How many looks at a service were how strict. */
  looks(): ReadonlyMap<Strictness, number>;
  /** The services that are not at rest, by the newest look, in words. */
  restless(): readonly string[];
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 1000;
/** A node that was healed still ends what it should have ended meanwhile. */
const HEALING_MS = 15_000;
const KEEP_EVENTS_MS = 120_000;

/** All that one look read. */
interface Reading {
  readonly atMs: number;
  readonly services: Awaited<ReturnType<typeof servicesOf>>;
  readonly tasks: readonly ApiTask[];
  readonly badNodes: ReadonlySet<string>;
  readonly lastBadMs: number;
}

/** Starts to look. */
export function startWatch(stage: Stage, lives: Lives): Watch {
  const stopped = new AbortController();
  const watched = new Map<string, Watched>();
  const looks = new Map<Strictness, number>();
  const events: ContainerEvent[] = [];
  const readNodes = nodeReader(stage);
  let restless: readonly string[] = [];

  async function look(): Promise<void> {
    lives.sample();
    const atMs = Date.now();
    const { docker } = stage.test;
    const [services, tasks, bad] = await Promise.all([servicesOf(docker), docker.listTasks(), readNodes()]);
    const reading: Reading = { atMs, services, tasks: tasks, ...bad };
    while ((events[0]?.atMs ?? Infinity) < atMs - KEEP_EVENTS_MS) events.shift();
    const seen = [...stage.owned.values()].flatMap((owned) => seenOf(stage, lives, reading, events, owned));
    for (const one of seen) judgeOne(one);
    // An update that a fault made Swarm pause stays so until its owner writes again.
    restless = seen
      .filter((one) => !isRest(one) && one.service.updateState !== "paused")
      .map(({ owned, service }) => `${owned.name} (its update is ${service.updateState ?? "none"})`);
  }

  function judgeOne(seen: Seen): void {
    const { id, name } = seen.owned;
    const { watched: after, strictness, complaints } = judge(watched.get(id) ?? unwatched(seen.atMs), seen);
    watched.set(id, after);
    looks.set(strictness, (looks.get(strictness) ?? 0) + 1);
    for (const what of complaints)
      stage.ledger.violated({ service: name, what, evidence: evidenceOf(seen, lives) });
  }

  const followings = stage.test.lab.nodes.map((node) =>
    followThroughout(node, stopped.signal, (event) => events.push(event)),
  );
  const looking = (async () => {
    while (!stopped.signal.aborted) {
      await look().catch((error: unknown) => {
        stage.ledger.failed("a look", error);
      });
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    looks: () => looks,
    restless: () => restless,
    async stop() {
      stopped.abort();
      await Promise.all([looking, ...followings]);
    },
  };
}

/** Listens to a daemon, and again once it is back after it was gone. */
async function followThroughout(
  node: LabNode,
  signal: AbortSignal,
  take: (event: ContainerEvent) => void,
): Promise<void> {
  let sinceMs = Date.now();
  while (!signal.aborted) {
    try {
      const following: Following = await followNode(node, sinceMs, (event) => {
        sinceMs = Math.max(sinceMs, event.atMs + 0.001);
        take(event);
      });
      const stop = () => {
        following.stop();
      };
      signal.addEventListener("abort", stop, { once: true });
      await following.ended;
      signal.removeEventListener("abort", stop);
    } catch {
      // Its daemon does not answer: it will.
    }
    await sleep(200, undefined, { signal }).catch(() => undefined);
  }
}

/** Which nodes fail, or did a moment ago: by our doing, or because the machine is too busy to say that they do not. */
function nodeReader({
  test,
  failing,
  ledger,
}: Stage): () => Promise<Pick<Reading, "badNodes" | "lastBadMs">> {
  const lastBad = new Map<string, number>();
  let lastBadMs = 0;
  return async () => {
    // Who fails from now on has not yet failed in what is read.
    const made = new Set(failing);
    for (const { ID, Description, ...node } of await nodesOf(test.docker)) {
      const { State } = (node as unknown as { readonly Status: { readonly State: string } }).Status;
      const isMade = made.has(Description.Hostname) || failing.has(Description.Hostname);
      if (State !== "ready" && !isMade && !lastBad.has(ID))
        ledger.done("node down by itself", Description.Hostname);
      if (isMade || State !== "ready") lastBad.set(ID, Date.now());
    }
    const nowMs = Date.now();
    lastBadMs = Math.max(lastBadMs, ...lastBad.values());
    for (const [id, atMs] of lastBad) if (atMs < nowMs - HEALING_MS) lastBad.delete(id);
    return { badNodes: new Set(lastBad.keys()), lastBadMs };
  };
}

function seenOf(
  { owned: known }: Stage,
  lives: Lives,
  { atMs, services, tasks, badNodes, lastBadMs }: Reading,
  events: readonly ContainerEvent[],
  owned: Owned,
): readonly Seen[] {
  const service = services.find(({ ID }) => ID === owned.id);
  // Removed, or created, since the look began.
  if (service === undefined || known.get(owned.name) !== owned) return [];
  const outcomes = new Map(lives.results().map(({ moveId, outcome }) => [moveId, outcome]));
  return [
    {
      atMs,
      service: rawServiceOf(service),
      tasks: tasks.filter(({ ServiceID }) => ServiceID === owned.id).map(seenTask),
      owned,
      badNodes,
      lastBadMs,
      events: events.filter((event) => event.service === owned.name).sort((a, b) => a.atMs - b.atMs),
      moves: lives
        .steps()
        .filter(({ step, detail }) => step === "steer" && detail.startsWith(`${owned.name} to `))
        .map(({ atMs: begunMs, moveId }) => ({ atMs: begunMs, outcome: outcomes.get(moveId) ?? null })),
    },
  ];
}

function seenTask(task: ApiTask): SeenTask {
  const [raw] = rawTasksOf([task]);
  if (raw === undefined) throw new Error("one task is read as one task");
  const entry = task.Spec.ContainerSpec.Env?.find((each) => each.startsWith("REVISION="));
  return { ...raw, revision: Number(entry?.slice("REVISION=".length)) };
}

function evidenceOf({ events, tasks, atMs, service }: Seen, lives: Lives): readonly string[] {
  const clock = (ms: number) => new Date(ms).toISOString().slice(11, 23);
  const sinceMs = atMs - 60_000;
  const moves = new Set(
    lives
      .steps()
      .filter(({ detail }) => detail.startsWith(`${service.name} to `))
      .map(({ moveId }) => moveId),
  );
  const lines = [
    ...events
      .filter((event) => event.atMs > sinceMs)
      .map(({ atMs: ms, node, task, action }) => [ms, `${node} ${task} ${action}`] as const),
    ...lives
      .steps()
      .filter((step) => step.atMs > sinceMs && moves.has(step.moveId))
      .map(({ atMs: ms, moveId, step, detail }) => [ms, `${moveId} ${step}: ${detail}`] as const),
    ...tasks
      .filter((task) => !hasEnded(task) || task.stateSinceMs > sinceMs)
      .map(
        ({ stateSinceMs, createdAtMs, id, nodeId, state, desired, error, revision }) =>
          [
            stateSinceMs,
            `task ${id} of revision ${revision} on ${nodeId}, made ${clock(createdAtMs)}, is ${state}, wanted ${desired} ${error}`,
          ] as const,
      ),
    [
      service.updatedAtMs,
      `the service was last written, version ${service.version}; its update is ${service.updateState ?? "none"} ${service.updateMessage}`,
    ] as const,
  ];
  return lines.toSorted(([a], [b]) => a - b).map(([ms, text]) => `${clock(ms)} ${text}`);
}
