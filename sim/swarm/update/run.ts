import type { Alarm, SimClock } from "../../clock.ts";
import { isDirty } from "../dirty.ts";
import type { SimService, SimTask } from "../objects.ts";
import { newTask, type Restarts } from "../restarts.ts";
import { isWanted } from "../states.ts";
import type { Store } from "../store.ts";
import { serviceTermsOf, type UpdateTerms } from "../terms.ts";
import { complete, giveUp } from "./status.ts";

/** The tasks of one slot that the updater may have to replace. */
export type Slot = readonly SimTask[];

/** One update under way. */
export interface Run {
  readonly specText: string;
  start(): void;
  cancel(): void;
  /** A task of the service came to run, or ended. */
  sawTask(task: SimTask): void;
}

export interface Rolling {
  readonly store: Store;
  readonly restarts: Restarts;
  readonly service: SimService;
  readonly queue: readonly Slot[];
  readonly terms: UpdateTerms;
  readonly specText: string;
  readonly onEnd: () => void;
}

/** A new task of this update. */
interface Made {
  ranSinceMs: number | null;
  /** What its worker does once it runs or has ended; null when that was done. */
  whenUp: ((task: SimTask) => void) | null;
}

/** An update: so many workers at once, each of which renews one slot after the other. */
export function roll(rolling: Rolling): Run {
  const { store, service, queue, terms } = rolling;
  const made = new Map<string, Made>();
  const failed = new Set<string>();
  const timers = createTimers(store.clock);
  let next = 0;
  let working = 0;
  let isHalted = false;

  function end(): void {
    timers.stop();
    rolling.onEnd();
  }
  function work(): void {
    const slot = isHalted ? undefined : queue[next];
    if (slot === undefined) {
      working -= 1;
      if (working > 0) return;
      // Failures are looked out for a while longer.
      if (isHalted) end();
      else
        timers.later(terms.monitorMs, () => {
          end();
          complete(store, service.id);
        });
      return;
    }
    next += 1;
    renew(rolling, slot, made, () => {
      timers.later(terms.delayMs, work);
    });
  }
  /** Whether a task that ended is one failure too many. */
  function isTooMuch(taskId: string, { ranSinceMs }: Made): boolean {
    if (failed.has(taskId) || terms.onFailure === "continue") return false;
    if (ranSinceMs !== null && store.clock.now() - ranSinceMs > terms.monitorMs) return false;
    failed.add(taskId);
    return failed.size / queue.length > terms.maxFailureRatio;
  }
  return {
    specText: rolling.specText,
    cancel: timers.stop,
    start() {
      working = terms.parallelism === 0 ? queue.length : Math.min(terms.parallelism, queue.length);
      for (let worker = working; worker > 0; worker -= 1) timers.later(0, work);
    },
    sawTask(task) {
      const known = made.get(task.id);
      if (timers.areStopped() || known === undefined) return;
      if (!isHalted && task.state !== "running" && isTooMuch(task.id, known)) {
        // What the workers are at they bring to its end.
        isHalted = true;
        if (working === 0) end();
        giveUp(store, service.id, terms, task.id);
      }
      known.ranSinceMs ??= store.clock.now();
      known.whenUp?.(task);
      known.whenUp = null;
    },
  };
}

interface Timers {
  readonly later: (ms: number, work: () => void) => void;
  readonly stop: () => void;
  readonly areStopped: () => boolean;
}

function createTimers(clock: SimClock): Timers {
  const alarms = new Set<Alarm>();
  let isStopped = false;
  return {
    later(ms, work) {
      const alarm = clock.after(ms, () => {
        alarms.delete(alarm);
        if (!isStopped) work();
      });
      alarms.add(alarm);
    },
    stop() {
      isStopped = true;
      for (const alarm of alarms) alarm.cancel();
    },
    areStopped: () => isStopped,
  };
}

/** Renews one slot: by what is there of the new spec, or by a new task; then calls back. */
function renew(
  { store, restarts, service, terms }: Rolling,
  slot: Slot,
  made: Map<string, Made>,
  then: () => void,
): void {
  const present = slot.flatMap(({ id }) => store.tasks.get(id) ?? []);
  const clean = present.filter(
    (task) => isWanted(task) && !isDirty(service, task, store.nodes.get(task.nodeId)),
  );
  const kept = clean.find(({ desired }) => desired === "running") ?? clean.at(-1);
  if (kept !== undefined) {
    keep(store, restarts, kept, present, then);
    return;
  }
  const [first] = slot;
  // What was ended since, its own replacement has renewed.
  const isRenewed = store
    .tasksOf(service.id)
    .some((task) => isWanted(task) && isSameSlot(task, first) && !slot.some(({ id }) => id === task.id));
  if (first === undefined || isRenewed || !store.services.has(service.id)) {
    then();
    return;
  }
  const isGlobal = serviceTermsOf(service.spec).service.mode === "global";
  const old = terms.isStartFirst ? null : giveUpAll(store, present);
  const task = newTask(store, service, first.slot, isGlobal ? first.nodeId : "");
  const whenUp = ({ state }: SimTask): void => {
    if (terms.isStartFirst && state === "running") giveUpAll(store, present);
    then();
  };
  made.set(task.id, { ranSinceMs: null, whenUp });
  restarts.startLater(task.id, 0, old, () => undefined);
}

/** Ends the others of a slot, and has the one that is kept run if it does not yet. */
function keep(
  store: Store,
  restarts: Restarts,
  kept: SimTask,
  present: readonly SimTask[],
  then: () => void,
): void {
  const old = giveUpAll(
    store,
    present.filter((task) => task !== kept),
  );
  if (kept.desired === "running") then();
  else restarts.startLater(kept.id, 0, old, then);
}

/** Wants tasks to stop; returns the last that was told so, or null. */
function giveUpAll(store: Store, tasks: readonly SimTask[]): SimTask | null {
  let told: SimTask | null = null;
  for (const { id } of tasks) {
    const task = store.tasks.get(id);
    if (task === undefined || !isWanted(task)) continue;
    store.changeTask(id, { desired: "shutdown" });
    told = store.tasks.get(id) ?? null;
  }
  return told;
}

function isSameSlot(task: SimTask, other: SimTask | undefined): boolean {
  return task.slot === other?.slot && (task.slot !== 0 || task.nodeId === other.nodeId);
}
