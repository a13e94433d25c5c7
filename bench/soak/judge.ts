import { isDeepStrictEqual } from "node:util";
import { hasEnded, isUp, readRecord, type RawService, type RawTask } from "../../scheduler/act/raw.ts";
import { STEER_LABEL } from "../../scheduler/domain/steer.ts";
import type { ContainerEvent } from "../../test/e2e/support/container-events.ts";
import type { Owned } from "./stage.ts";

/** A task, with the revision of its service that it was made of. */
export type SeenTask = RawTask & { readonly revision: number };

/** One service at one look. */
export interface Seen {
  /** When the look began; what is seen is not older. Milliseconds since the epoch, like all times here. */
  readonly atMs: number;
  readonly service: RawService;
  readonly tasks: readonly SeenTask[];
  readonly owned: Owned;
  /** Ids of the nodes that fail, or did a moment ago. */
  readonly badNodes: ReadonlySet<string>;
  /** When last a node failed. */
  readonly lastBadMs: number;
  /** Of this service, in the order of their times, for as long as a while back. */
  readonly events: readonly ContainerEvent[];
  /** Its moves, by when they were begun, with the outcome of those that ended. */
  readonly moves: readonly { readonly atMs: number; readonly outcome: string | null }[];
}

/** What is remembered of a service between two looks. */
export interface Watched {
  /** When it was last at rest: all its replicas run, as its owner wrote them, and nothing comes or goes. */
  readonly restedMs: number | null;
  readonly restlessMs: number;
  /** Since when nothing but moves befell it; null while something else is worked off. */
  readonly calm: {
    readonly sinceMs: number;
    readonly toldMs: number;
    readonly up: ReadonlySet<string>;
  } | null;
  /** Tasks that a failing node took, and those that the daemon itself found ill, since it was last at rest. */
  readonly lost: ReadonlySet<string>;
  /** What was complained of and has not changed since. */
  readonly told: ReadonlySet<string>;
}

/** How strictly the number of its replicas could be judged. */
export type Strictness = "calm" | "under a fault" | "its owner's doing";

export interface Judgement {
  readonly watched: Watched;
  readonly strictness: Strictness;
  readonly complaints: readonly string[];
}

/** "Steering never outlives its deadline by more than a minute." */
const STEER_GRACE_MS = 60_000;
/** Whatever Swarm does after a write or a fault, it is done by then. */
const REST_MS = 180_000;
/** Daemons tell on streams of their own: what is this old has come from each. */
const EVENT_LAG_MS = 2000;
const RECENT_MS = 10_000;
/** What tells that a task's container serves no longer. */
const ENDINGS = ["kill", "die", "oom", "pause"];
const ILL = ["health_status: unhealthy", "oom"];

export function unwatched(nowMs: number): Watched {
  return { restedMs: null, restlessMs: nowMs, calm: null, lost: new Set(), told: new Set() };
}

/** What one look says of a service, and what is to be remembered of it. Pure. */
export function judge(before: Watched, seen: Seen): Judgement {
  const { owned, atMs, tasks } = seen;
  if (owned.wroteMs === null || owned.wroteMs >= atMs)
    return {
      watched: { ...before, calm: null, restlessMs: atMs },
      strictness: "its owner's doing",
      complaints: [],
    };
  const lost = new Set([...before.lost, ...lostIn(seen)]);
  const isOwners = before.restedMs === null || before.restedMs <= owned.wroteMs;
  const calm = isOwners || lost.size > 0 ? null : before.calm;
  const short = isOwners ? null : shortage(seen, lost.size);
  const told = calm === null ? null : listen(seen, calm);
  const extra = calm === null ? null : restarts(seen, calm.sinceMs);
  const isAtRest = isRest(seen);
  const lasting = lastingComplaints(seen, isAtRest ? atMs : before.restlessMs);
  const hurt = [short, told?.complaint ?? null, extra].filter((complaint) => complaint !== null);
  const up = new Set(tasks.filter(isUp).map(({ id }) => id));
  const kept =
    told === null || hurt.length > 0 ? null : { sinceMs: told.sinceMs, toldMs: told.toldMs, up: told.up };
  return {
    watched: {
      restedMs: isAtRest ? atMs : before.restedMs,
      restlessMs: isAtRest ? atMs : before.restlessMs,
      calm: kept ?? (isAtRest && !isIll(seen) ? { sinceMs: atMs, toldMs: atMs, up } : null),
      lost: isAtRest ? new Set() : lost,
      told: new Set(lasting),
    },
    strictness: isOwners ? "its owner's doing" : lost.size > 0 ? "under a fault" : "calm",
    complaints: [...hurt, ...lasting.filter((complaint) => !before.told.has(complaint))],
  };
}

/** All replicas run, of the present revision, on nodes that are well, and nothing comes or goes. */
export function isRest({ service, tasks, owned, badNodes }: Seen): boolean {
  const up = tasks.filter(isUp);
  return (
    service.labels[STEER_LABEL] === undefined &&
    !["updating", "paused"].includes(service.updateState ?? "") &&
    up.length === owned.replicas &&
    up.every(({ revision }) => revision === owned.revision) &&
    tasks.every((task) => isUp(task) || hasEnded(task)) &&
    !up.some(({ nodeId }) => badNodes.has(nodeId))
  );
}

/** Tasks that may be missing without anybody's doing: on failing nodes, and ill ones. */
function lostIn({ tasks, badNodes, events, atMs }: Seen): readonly string[] {
  const isRecent = (task: RawTask) => !hasEnded(task) || task.stateSinceMs > atMs - RECENT_MS;
  return [
    ...tasks.filter((task) => badNodes.has(task.nodeId) && isRecent(task)).map(({ id }) => id),
    ...illIn(events, atMs),
  ];
}

function isIll({ events, atMs }: Seen): boolean {
  return illIn(events, atMs).length > 0;
}

function illIn(events: readonly ContainerEvent[], atMs: number): readonly string[] {
  return events
    .filter((event) => ILL.includes(event.action) && event.atMs > atMs - RECENT_MS)
    .map(({ task }) => task);
}

function shortage({ tasks, owned: { replicas } }: Seen, lost: number): string | null {
  const up = tasks.filter(isUp).length;
  if (up >= replicas - lost) return null;
  return `Swarm lists ${up} of ${replicas} replicas as running${lost > 0 ? `, a fault took ${lost}` : ""}`;
}

type Calm = NonNullable<Watched["calm"]>;

/** Follows the daemons' events from where they were last followed to. */
function listen(
  { events, atMs, owned: { replicas } }: Seen,
  calm: Calm,
): Calm & { readonly complaint: string | null } {
  const toldMs = Math.max(calm.toldMs, atMs - EVENT_LAG_MS);
  const up = new Set(calm.up);
  let fewest = up.size;
  for (const event of events.filter((each) => each.atMs > calm.toldMs && each.atMs <= toldMs)) {
    if (event.action === "health_status: healthy") up.add(event.task);
    else if (ENDINGS.includes(event.action)) up.delete(event.task);
    fewest = Math.min(fewest, up.size);
  }
  const complaint = fewest < replicas ? `only ${fewest} of ${replicas} containers ran for a time` : null;
  return { sinceMs: calm.sinceMs, toldMs, up, complaint };
}

/** A landed move makes one task; one that did not land may have made one there and had one made back. */
function restarts({ tasks, moves }: Seen, sinceMs: number): string | null {
  const made = tasks.filter(({ createdAtMs }) => createdAtMs > sinceMs).length;
  const allowed = moves
    .filter(({ atMs }) => atMs > sinceMs - 1000)
    .reduce((sum, { outcome }) => sum + (outcome === "landed" ? 1 : 2), 0);
  return made > allowed ? `${made} tasks were started, its moves account for ${allowed}` : null;
}

/** What stays wrong until somebody mends it. */
function lastingComplaints(
  { service, owned, atMs, badNodes, lastBadMs }: Seen,
  restlessMs: number,
): readonly string[] {
  const label = service.labels[STEER_LABEL];
  const record = readRecord(label ?? "");
  const complaints: string[] = [];
  if (label === undefined && !isDeepStrictEqual(service.spec, owned.spec))
    complaints.push(
      `its spec is ${JSON.stringify(service.spec)}, its owner wrote ${JSON.stringify(owned.spec)}`,
    );
  if (label !== undefined && record === null) complaints.push(`its steering cannot be read: ${label}`);
  if (record !== null && Date.parse(record.deadline) + STEER_GRACE_MS < atMs)
    complaints.push(`the steering of ${record.moveId} outlived its deadline ${record.deadline}`);
  const disturbedMs = Math.max(restlessMs, lastBadMs, owned.wroteMs ?? atMs);
  // A fault that meets its owner's update has Swarm pause that, until its owner writes again: that is how he wants it.
  if (service.updateState !== "paused" && badNodes.size === 0 && atMs > disturbedMs + REST_MS)
    complaints.push(`it has not come to rest since ${new Date(disturbedMs).toISOString()}`);
  return complaints;
}
