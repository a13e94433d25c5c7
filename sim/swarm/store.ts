import type { RawSpec } from "../../scheduler/act/raw.ts";
import type { SimClock } from "../clock.ts";
import type { SimConfig, SimNode, SimService, SimTask, UpdateStatus } from "./objects.ts";

/** Something that the managers keep changed; `before` and `after` are null where it was not or is no more. */
export type Change =
  | { readonly kind: "node"; readonly before: SimNode | null; readonly after: SimNode | null }
  | { readonly kind: "service"; readonly before: SimService | null; readonly after: SimService | null }
  | { readonly kind: "task"; readonly before: SimTask | null; readonly after: SimTask | null };

/** All that the managers keep, under one growing version, as Raft gives it to them. */
export interface Store {
  readonly clock: SimClock;
  readonly nodes: ReadonlyMap<string, SimNode>;
  readonly services: ReadonlyMap<string, SimService>;
  readonly tasks: ReadonlyMap<string, SimTask>;
  readonly configs: ReadonlyMap<string, SimConfig>;
  /** By id, as the managers' index has them. */
  tasksOf(serviceId: string): readonly SimTask[];
  tasksOn(nodeId: string): readonly SimTask[];
  /** A new id as Swarm makes them: 25 letters and digits. */
  newId(): string;
  /** Numbers from 0 to below 1, the same ones for the same seed. */
  readonly random: () => number;
  /** Changed now, unless told otherwise. */
  putNode(node: Omit<SimNode, "version">, updatedAtMs?: number): SimNode;
  /** What nobody tells the managers: nobody is told of the change. */
  setAlive(nodeId: string, isAlive: boolean): void;
  /** Written now, unless told otherwise. */
  putService(service: Omit<SimService, "version" | "updatedAtMs">, updatedAtMs?: number): SimService;
  putTask(task: Omit<SimTask, "version" | "updatedAtMs">): SimTask;
  /** Nothing happens where it is gone or all is so already. */
  changeTask(id: string, change: Partial<Pick<SimTask, "state" | "desired" | "nodeId" | "error">>): void;
  setUpdate(serviceId: string, update: UpdateStatus | null): void;
  setSpec(serviceId: string, spec: RawSpec): SimService | null;
  removeNode(id: string): void;
  removeService(id: string): void;
  removeTask(id: string): void;
  putConfig(config: SimConfig): void;
  removeConfig(id: string): boolean;
  /** Told of each change, in the order of subscribing. Whoever is told must not write before a later moment. */
  subscribe(listener: (change: Change) => void): void;
}

const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH = 25;
const FIRST_VERSION = 10;

/** What all the parts of a store write. */
interface Tables {
  readonly clock: SimClock;
  readonly nodes: Map<string, SimNode>;
  readonly services: Map<string, SimService>;
  readonly tasks: Map<string, SimTask>;
  readonly ofService: Index;
  readonly onNode: Index;
  readonly nextVersion: () => number;
  readonly tell: (change: Change) => void;
}

export function createStore(clock: SimClock, random: () => number): Store {
  const listeners: ((change: Change) => void)[] = [];
  const configs = new Map<string, SimConfig>();
  let version = FIRST_VERSION;
  const tables: Tables = {
    clock,
    nodes: new Map(),
    services: new Map(),
    tasks: new Map(),
    ofService: createIndex(),
    onNode: createIndex(),
    nextVersion: () => (version += 1),
    tell(change) {
      for (const listener of listeners) listener(change);
    },
  };
  const inOrder = (ids: ReadonlySet<string> | undefined): readonly SimTask[] =>
    [...(ids ?? [])].sort().flatMap((id) => tables.tasks.get(id) ?? []);
  return {
    clock,
    nodes: tables.nodes,
    services: tables.services,
    tasks: tables.tasks,
    configs,
    random,
    tasksOf: (serviceId) => inOrder(tables.ofService.at(serviceId)),
    tasksOn: (nodeId) => inOrder(tables.onNode.at(nodeId)),
    newId() {
      let id = "";
      while (id.length < ID_LENGTH) id += ID_LETTERS.charAt(Math.floor(random() * ID_LETTERS.length));
      return id;
    },
    ...nodeWrites(tables),
    ...serviceWrites(tables),
    ...taskWrites(tables),
    putConfig: (config) => void configs.set(config.id, config),
    removeConfig: (id) => configs.delete(id),
    subscribe: (listener) => void listeners.push(listener),
  };
}

function nodeWrites({
  clock,
  nodes,
  nextVersion,
  tell,
}: Tables): Pick<Store, "putNode" | "setAlive" | "removeNode"> {
  return {
    putNode(node, updatedAtMs = clock.now()) {
      const before = nodes.get(node.id) ?? null;
      const facts = { ...node.facts, updatedAtMs };
      const after = { ...node, facts, version: nextVersion() };
      nodes.set(node.id, after);
      tell({ kind: "node", before, after });
      return after;
    },
    setAlive(nodeId, isAlive) {
      const node = nodes.get(nodeId);
      if (node !== undefined) nodes.set(nodeId, { ...node, isAlive });
    },
    removeNode(id) {
      const before = nodes.get(id);
      if (before === undefined) return;
      nodes.delete(id);
      tell({ kind: "node", before, after: null });
    },
  };
}

type ServiceWrites = Pick<Store, "putService" | "setUpdate" | "setSpec" | "removeService">;

function serviceWrites({ clock, services, nextVersion, tell }: Tables): ServiceWrites {
  const putService: Store["putService"] = (service, updatedAtMs = clock.now()) => {
    const after = { ...service, version: nextVersion(), updatedAtMs };
    const before = services.get(service.id) ?? null;
    services.set(service.id, after);
    tell({ kind: "service", before, after });
    return after;
  };
  return {
    putService,
    setUpdate(serviceId, update) {
      const service = services.get(serviceId);
      if (service !== undefined) putService({ ...service, update });
    },
    setSpec(serviceId, spec) {
      const service = services.get(serviceId);
      if (service === undefined) return null;
      const previous = { spec: service.spec, specVersion: service.specVersion };
      return putService({ ...service, spec, specVersion: service.version, previous, update: null });
    },
    removeService(id) {
      const before = services.get(id);
      if (before === undefined) return;
      services.delete(id);
      tell({ kind: "service", before, after: null });
    },
  };
}

function taskWrites(tables: Tables): Pick<Store, "putTask" | "changeTask" | "removeTask"> {
  const { clock, tasks, ofService, onNode, nextVersion, tell } = tables;
  function put(before: SimTask | null, after: SimTask): SimTask {
    tasks.set(after.id, after);
    ofService.move(after.id, before?.serviceId ?? "", after.serviceId);
    onNode.move(after.id, before?.nodeId ?? "", after.nodeId);
    tell({ kind: "task", before, after });
    return after;
  }
  return {
    putTask: (task) =>
      put(tasks.get(task.id) ?? null, { ...task, version: nextVersion(), updatedAtMs: clock.now() }),
    changeTask(id, change) {
      const before = tasks.get(id);
      if (before === undefined) return;
      const changes = Object.entries(change).some(([key, value]) => before[key as keyof SimTask] !== value);
      if (!changes) return;
      const nowMs = clock.now();
      const isNewState = change.state !== undefined && change.state !== before.state;
      const stateSinceMs = isNewState ? nowMs : before.stateSinceMs;
      put(before, { ...before, ...change, stateSinceMs, version: nextVersion(), updatedAtMs: nowMs });
    },
    removeTask(id) {
      const before = tasks.get(id);
      if (before === undefined) return;
      tasks.delete(id);
      ofService.move(id, before.serviceId, "");
      onNode.move(id, before.nodeId, "");
      tell({ kind: "task", before, after: null });
    },
  };
}

interface Index {
  at(key: string): ReadonlySet<string> | undefined;
  /** The empty key stands for nowhere. */
  move(id: string, from: string, to: string): void;
}

function createIndex(): Index {
  const sets = new Map<string, Set<string>>();
  return {
    at: (key) => sets.get(key),
    move(id, from, to) {
      if (from === to) return;
      sets.get(from)?.delete(id);
      if (sets.get(from)?.size === 0) sets.delete(from);
      if (to === "") return;
      const set = sets.get(to) ?? new Set();
      sets.set(to, set.add(id));
    },
  };
}
