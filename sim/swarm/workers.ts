import type { Alarm } from "../clock.ts";
import { createContainers, type Container, type ContainerEvent, type Containers } from "./containers.ts";
import type { SimTask } from "./objects.ts";
import { isOver, isWanted, rankOf, type TaskState } from "./states.ts";
import type { Store } from "./store.ts";
import { taskTermsOf } from "./terms.ts";
import type { Timings } from "./timings.ts";

/** How images and containers behave. */
export interface Ways {
  /** Whether a registry has an image. */
  readonly canPull: (image: string) => boolean;
  /** Null where a container runs until it is told to stop, else when it ends by itself and with what word. */
  readonly fate: (task: SimTask) => { readonly afterMs: number; readonly error: string } | null;
}

/** The nodes' side of a swarm. */
export interface Workers {
  /** By task, as they truly are, whatever the managers know; of the ended ones those that are not forgotten yet. */
  readonly containers: ReadonlyMap<string, Container>;
  /** A task's container ends by itself. */
  crash(taskId: string, error: string): void;
  /** A node is there again: `restarted` ones have lost what ran on them. */
  resume(nodeId: string, restarted: boolean): void;
  /** All that runs on a node ends, and nobody hears of it. */
  cut(nodeId: string): void;
  forgetEnded(beforeMs: number): void;
  /** A container that runs already, as when a swarm is taken up in the middle of its life. */
  adopt(task: SimTask): void;
}

const RUNNING = rankOf("running");
/** What the kernel's kill comes to. */
const KILLED = "task: non-zero exit (137)";

export function startWorkers(
  store: Store,
  timings: Timings,
  ways: Ways,
  onEvent: (event: ContainerEvent) => void,
): Workers {
  const containers = createContainers(store, onEvent);
  const agenda = createAgenda(store, timings);
  const worker: Worker = { store, timings, ways, containers, agenda, pulled: new Set() };
  store.subscribe((change) => {
    if (change.kind !== "task") return;
    const { before, after } = change;
    if (after !== null) {
      if (before?.state !== after.state || before.desired !== after.desired) attend(worker, after);
    } else if (before !== null && agenda.isThere(before.nodeId))
      // What was removed while its node was away is ended when that returns.
      store.clock.after(0, () => {
        containers.end(before.id);
      });
  });
  return {
    containers: containers.all,
    crash: (taskId, error) => {
      crash(worker, taskId, error);
    },
    cut(nodeId) {
      for (const { taskId } of containers.running(nodeId)) containers.end(taskId);
    },
    resume(nodeId, restarted) {
      for (const { taskId } of containers.running(nodeId))
        if (restarted || !store.tasks.has(taskId)) containers.end(taskId);
      for (const task of store.tasksOn(nodeId)) {
        const wasThere = rankOf(task.state) <= RUNNING && task.state !== "pending";
        if (restarted && wasThere && isWanted(task)) to(worker, task, "failed", KILLED);
        const known = store.tasks.get(task.id);
        if (known !== undefined) attend(worker, known);
      }
    },
    forgetEnded: containers.forgetEnded,
    adopt(task) {
      containers.begin(task, task.stateSinceMs);
    },
  };
}

interface Worker {
  readonly store: Store;
  readonly timings: Timings;
  readonly ways: Ways;
  readonly containers: Containers;
  readonly agenda: Agenda;
  /** Images that were pulled, by node. */
  readonly pulled: Set<string>;
}

/** What is next for each task on its node: one thing at a time. */
interface Agenda {
  isThere(nodeId: string): boolean;
  isBusyWith(taskId: string): "stopping" | "starting" | null;
  /** About so much later, where the node is still there; what was next before is called off. */
  next(task: SimTask, ms: number, work: () => void, what?: "stopping" | "starting"): void;
  callOff(taskId: string): void;
}

function createAgenda({ clock, nodes, random }: Store, { jitter }: Timings): Agenda {
  const entries = new Map<string, { readonly alarm: Alarm; readonly what: "stopping" | "starting" }>();
  const isThere = (nodeId: string): boolean => nodes.get(nodeId)?.isAlive === true;
  const callOff = (taskId: string): void => {
    entries.get(taskId)?.alarm.cancel();
    entries.delete(taskId);
  };
  return {
    isThere,
    callOff,
    isBusyWith: (taskId) => entries.get(taskId)?.what ?? null,
    next({ id, nodeId }, ms, work, what = "starting") {
      callOff(id);
      const lasting = Math.round(ms * (1 + jitter * (2 * random() - 1)));
      const alarm = clock.after(lasting, () => {
        entries.delete(id);
        if (isThere(nodeId)) work();
      });
      entries.set(id, { alarm, what });
    },
  };
}

/** Does what is next for a task, by what is wanted of it and how far it is. */
function attend(worker: Worker, task: SimTask): void {
  const { agenda, containers, timings } = worker;
  if (task.nodeId === "" || task.state === "pending" || !agenda.isThere(task.nodeId)) return;
  const busy = agenda.isBusyWith(task.id);
  const later = (ms: number, state: TaskState): void => {
    agenda.next(task, ms, () => {
      to(worker, task, state);
    });
  };
  if (!isWanted(task)) {
    const isLeft = !isOver(task) || containers.runs(task.id);
    if (isLeft && busy !== "stopping") stop(worker, task);
  } else if (busy !== null) return;
  else if (task.state === "assigned") later(timings.dispatchMs, "preparing");
  else if (task.state === "preparing") prepare(worker, task);
  else if (task.state === "ready" && task.desired === "running") later(timings.dispatchMs, "starting");
  else if (task.state === "starting") start(worker, task);
}

function to({ store }: Worker, { id }: SimTask, state: TaskState, error = ""): void {
  const known = store.tasks.get(id);
  if (known !== undefined && !isOver(known)) store.changeTask(id, { state, error });
}

function prepare(worker: Worker, task: SimTask): void {
  const { store, timings, ways, agenda, pulled } = worker;
  const { image } = taskTermsOf(task.template).needs;
  const images = store.nodes.get(task.nodeId)?.images ?? null;
  const place = `${task.nodeId} ${image}`;
  const isHere = images === null || images.has(image) || pulled.has(place);
  if (!isHere && !ways.canPull(image))
    agenda.next(task, timings.refusePullMs, () => {
      to(worker, task, "rejected", `No such image: ${image}`);
    });
  else
    agenda.next(task, timings.prepareMs + (isHere ? 0 : timings.pullMs), () => {
      pulled.add(place);
      to(worker, task, "ready");
    });
}

function start(worker: Worker, task: SimTask): void {
  const { store, timings, ways, agenda, containers } = worker;
  agenda.next(task, timings.startMs, () => {
    containers.begin(task);
    const fate = ways.fate(task);
    if (fate !== null)
      store.clock.after(fate.afterMs, () => {
        crash(worker, task.id, fate.error);
      });
    if (!taskTermsOf(task.template).hasHealthCheck) to(worker, task, "running");
    else
      agenda.next(task, timings.healthyMs, () => {
        to(worker, task, "running");
      });
  });
}

function stop(worker: Worker, task: SimTask): void {
  const { timings, agenda, containers } = worker;
  const lasting = timings.dispatchMs + (containers.runs(task.id) ? timings.stopMs : 0);
  const end = () => {
    containers.end(task.id);
    to(worker, task, "shutdown");
  };
  agenda.next(task, lasting, end, "stopping");
}

function crash(worker: Worker, taskId: string, error: string): void {
  const { store, agenda, containers } = worker;
  if (!containers.runs(taskId)) return;
  containers.end(taskId);
  const task = store.tasks.get(taskId);
  if (task === undefined || !agenda.isThere(task.nodeId)) return;
  agenda.callOff(taskId);
  to(worker, task, isWanted(task) ? "failed" : "shutdown", error);
}
