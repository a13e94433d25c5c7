import type { RawSpec } from "../../scheduler/act/raw.ts";
import type { Node } from "../../scheduler/domain/node.ts";
import { seeded } from "../../scheduler/engine/random.ts";
import type { Alarm, SimClock } from "../clock.ts";
import type { ContainerEvent } from "./containers.ts";
import { startEnforcer } from "./enforcer.ts";
import type { SimService, SimTask } from "./objects.ts";
import { startOrchestrator } from "./orchestrator.ts";
import { startScheduler } from "./placement/scheduler.ts";
import { startReaper } from "./reaper.ts";
import { createStore, type Store } from "./store.ts";
import { serviceTermsOf } from "./terms.ts";
import { SEEN_ON_LABS, type Timings } from "./timings.ts";
import { rollBack } from "./update/status.ts";
import { startWorkers, type Ways, type Workers } from "./workers.ts";

export interface SwarmOptions {
  readonly clock: SimClock;
  /** The same seed gives the same run. */
  readonly seed?: number;
  readonly timings?: Partial<Timings>;
  readonly ways?: Partial<Ways>;
}

/** A node as it joins; what is not given is ordinary. */
export type NewNode = Pick<Node, "id" | "hostname" | "resources"> &
  Partial<Omit<Node, "id" | "hostname" | "resources">> & {
    /** Those that it has; null: all that are asked for. */
    readonly images?: readonly string[] | null;
  };

/** How a node is lost: with its power all that runs on it ends; cut off, all runs on and nobody hears of it. */
type Loss = "power" | "cable";

/** What a write comes to; a stale version is an outcome, as in Swarm. */
type Written = "written" | "conflict" | "missing";

/** A Docker Swarm in memory: the managers' side, the nodes' side, and what people do to it. */
export interface Swarm {
  readonly store: Store;
  readonly clock: SimClock;
  readonly workers: Workers;
  /** The node whose manager leads. */
  readonly leaderId: () => string;
  /** Whether a node truly ran and could be reached at a moment. */
  wasThere(nodeId: string, atMs: number): boolean;
  join(node: NewNode): void;
  /** Takes a node out of the swarm. */
  leave(nodeId: string): void;
  lose(nodeId: string, how?: Loss): void;
  /** The node is there again, empty where it had lost its power. */
  revive(nodeId: string): void;
  setNode(nodeId: string, change: Partial<Pick<Node, "availability" | "labels">>): void;
  /** The id of the new service. @throws Error where the name is taken. */
  createService(spec: RawSpec): string;
  writeService(id: string, version: number, spec: RawSpec): Written;
  rollBack(id: string): boolean;
  removeService(id: string): boolean;
  serviceNamed(name: string): SimService | null;
  /** A container ends by itself, as one that the kernel killed. */
  crash(taskId: string, error: string): void;
  /** Takes a running task up, as when the swarm is taken up in the middle of its life. */
  adopt(task: Omit<SimTask, "version" | "updatedAtMs">): void;
  onContainer(listener: (event: ContainerEvent) => void): void;
}

const RUNS_ON: Ways = { canPull: () => false, fate: () => null };

export function createSwarm(options: SwarmOptions): Swarm {
  const { clock, seed = 1 } = options;
  const timings = { ...SEEN_ON_LABS, ...options.timings };
  const store = createStore(clock, seeded(seed));
  const listeners: ((event: ContainerEvent) => void)[] = [];
  const workers = startWorkers(store, timings, { ...RUNS_ON, ...options.ways }, (event) => {
    for (const listener of listeners) listener(event);
  });
  startScheduler(store, timings);
  startOrchestrator(store, timings);
  startEnforcer(store, timings);
  startReaper(store);
  return {
    store,
    clock,
    workers,
    ...nodesOf(store, workers, timings),
    ...servicesOf(store),
    crash: (taskId, error) => {
      workers.crash(taskId, error);
    },
    adopt(task) {
      store.putTask(task);
      const adopted = store.tasks.get(task.id);
      if (adopted?.state === "running") workers.adopt(adopted);
    },
    onContainer: (listener) => void listeners.push(listener),
  };
}

type OfNodes = Pick<Swarm, "wasThere" | "leaderId" | "join" | "leave" | "lose" | "revive" | "setNode">;

function nodesOf(store: Store, workers: Workers, timings: Timings): OfNodes {
  const { clock } = store;
  const lost = new Map<string, { readonly how: Loss; readonly alarm: Alarm }>();
  const presence = new Map<string, { readonly fromMs: number; toMs: number | null }[]>();
  const setState = (id: string, state: Node["state"]): void => {
    const node = store.nodes.get(id);
    if (node !== undefined && node.facts.state !== state)
      store.putNode({ ...node, facts: { ...node.facts, state } });
  };
  return {
    wasThere: (id, atMs) =>
      (presence.get(id) ?? []).some(({ fromMs, toMs }) => fromMs <= atMs && (toMs === null || atMs < toMs)),
    leaderId: () => [...store.nodes.values()].find(({ facts }) => facts.leader)?.id ?? "",
    join({ images = null, ...given }) {
      const facts = factsOf(given, clock.now());
      const spec = { Role: facts.role, Availability: facts.availability, Labels: facts.labels };
      const isAlive = facts.state === "ready";
      const held = images === null ? null : new Set(images);
      const createdAtMs = facts.updatedAtMs;
      store.putNode({ id: facts.id, facts, spec, createdAtMs, isAlive, images: held }, facts.updatedAtMs);
      presence.set(facts.id, [{ fromMs: createdAtMs, toMs: isAlive ? null : createdAtMs }]);
    },
    leave: (id) => {
      store.removeNode(id);
    },
    lose(id, how = "power") {
      const node = store.nodes.get(id);
      if (node?.isAlive !== true) return;
      store.setAlive(id, false);
      const last = presence.get(id)?.at(-1);
      if (last !== undefined) last.toMs = clock.now();
      if (how === "power") workers.cut(id);
      // The managers notice by themselves that it does not call in.
      const alarm = clock.after(timings.downAfterMs, () => {
        setState(id, "down");
      });
      lost.set(id, { how, alarm });
    },
    revive(id) {
      clock.after(timings.readyAfterMs, () => {
        const node = store.nodes.get(id);
        if (node === undefined || node.isAlive) return;
        const loss = lost.get(id);
        loss?.alarm.cancel();
        lost.delete(id);
        const alive = { ...node, isAlive: true, facts: { ...node.facts, state: "ready" as const } };
        store.putNode(alive);
        presence.get(id)?.push({ fromMs: clock.now(), toMs: null });
        workers.resume(id, loss?.how !== "cable");
      });
    },
    setNode(id, change) {
      const node = store.nodes.get(id);
      if (node === undefined) return;
      const facts = { ...node.facts, ...change };
      const spec = { ...node.spec, Availability: facts.availability, Labels: facts.labels };
      store.putNode({ ...node, facts, spec });
    },
  };
}

function factsOf(given: Omit<NewNode, "images">, nowMs: number): Node {
  return {
    address: "",
    role: "worker",
    leader: false,
    availability: "active",
    state: "ready",
    labels: {},
    engineLabels: {},
    platform: { os: "linux", architecture: "x86_64" },
    updatedAtMs: nowMs,
    ...given,
  };
}

type OfServices = Pick<
  Swarm,
  "createService" | "writeService" | "rollBack" | "removeService" | "serviceNamed"
>;

function servicesOf(store: Store): OfServices {
  const named = (name: string) =>
    [...store.services.values()].find(({ spec }) => serviceTermsOf(spec).service.name === name) ?? null;
  return {
    serviceNamed: named,
    createService(spec) {
      const { name } = serviceTermsOf(spec).service;
      if (named(name) !== null)
        throw new Error(`name conflicts with an existing object: service ${name} already exists`);
      const nowMs = store.clock.now();
      const service = { id: store.newId(), spec, specVersion: 0, previous: null, createdAtMs: nowMs };
      return store.putService({ ...service, update: null }).id;
    },
    writeService(id, version, spec) {
      const service = store.services.get(id);
      if (service === undefined) return "missing";
      if (service.version !== version) return "conflict";
      store.setSpec(id, spec);
      return "written";
    },
    rollBack: (id) => rollBack(store, id),
    removeService(id) {
      const isThere = store.services.has(id);
      store.removeService(id);
      return isThere;
    },
  };
}
