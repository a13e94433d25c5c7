import type { SimNode, SimTask } from "../objects.ts";
import { isOver, isWanted } from "../states.ts";
import type { Change, Store } from "../store.ts";
import { hostPortsOf, taskTermsOf } from "../terms.ts";

/** What the scheduler knows of a node's tasks. */
export interface Room {
  readonly nodeId: string;
  /** Tasks that are wanted. */
  readonly active: number;
  readonly activeOf: ReadonlyMap<string, number>;
  readonly reservedCores: number;
  readonly reservedBytes: number;
  /** Who holds each host port, by task. */
  readonly ports: ReadonlyMap<string, ReadonlySet<string>>;
  /** When tasks of each version of a service failed here of late. */
  readonly failures: ReadonlyMap<string, readonly number[]>;
}

interface Book extends Room {
  active: number;
  readonly activeOf: Map<string, number>;
  reservedCores: number;
  reservedBytes: number;
  readonly ports: Map<string, Set<string>>;
  readonly failures: Map<string, readonly number[]>;
}

/** Swarm forgets a failure after this time (manager/scheduler/nodeinfo.go). */
const FAILURE_MEMORY_MS = 5 * 60_000;

/** Keeps account of every node's room, change by change. A task holds its room until it has ended. */
export function keepRooms(store: Store): (nodeId: string) => Room {
  const books = new Map<string, Book>();
  const bookOf = (nodeId: string): Book => {
    const book = books.get(nodeId) ?? emptyBook(nodeId);
    books.set(nodeId, book);
    return book;
  };
  store.subscribe((change: Change) => {
    if (change.kind === "node" && change.after === null && change.before !== null)
      books.delete(change.before.id);
    if (change.kind !== "task") return;
    const { before, after } = change;
    if (before !== null && before.nodeId !== "") count(bookOf(before.nodeId), before, -1);
    if (after !== null && after.nodeId !== "") count(bookOf(after.nodeId), after, 1);
    if (after !== null && before?.state !== after.state && ["failed", "rejected"].includes(after.state))
      noteFailure(bookOf(after.nodeId), after, store.clock.now());
  });
  return bookOf;
}

/** How often tasks of this version of the service failed there within the last minutes. */
export function recentFailures({ failures }: Room, task: SimTask, nowMs: number): number {
  if (failures.size === 0) return 0;
  return (failures.get(versionOf(task)) ?? []).filter((ms) => nowMs - ms <= FAILURE_MEMORY_MS).length;
}

/** What is left on a node of what Swarm reckons with. */
export function leftOn(
  { facts }: SimNode,
  { reservedCores, reservedBytes }: Room,
): {
  readonly cpuCores: number;
  readonly memoryBytes: number;
} {
  return {
    cpuCores: facts.resources.cpuCores - reservedCores,
    memoryBytes: facts.resources.memoryBytes - reservedBytes,
  };
}

function emptyBook(nodeId: string): Book {
  return {
    nodeId,
    active: 0,
    activeOf: new Map(),
    reservedCores: 0,
    reservedBytes: 0,
    ports: new Map(),
    failures: new Map(),
  };
}

function count(book: Book, task: SimTask, by: 1 | -1): void {
  // A global service's task has its node before it has its place there.
  if (isOver(task) || task.state === "pending") return;
  const { reservations } = taskTermsOf(task.template).needs;
  book.reservedCores += by * reservations.cpuCores;
  book.reservedBytes += by * reservations.memoryBytes;
  for (const port of portsOf(task)) {
    const holders = book.ports.get(port) ?? new Set();
    if (by === 1) holders.add(task.id);
    else holders.delete(task.id);
    book.ports.set(port, holders);
  }
  if (!isWanted(task)) return;
  book.active += by;
  book.activeOf.set(task.serviceId, (book.activeOf.get(task.serviceId) ?? 0) + by);
}

/** The host ports that a task takes. */
export function portsOf({ endpoint }: SimTask): readonly string[] {
  return typeof endpoint === "object" && endpoint !== null
    ? hostPortsOf(endpoint as Readonly<Record<string, unknown>>)
    : [];
}

function noteFailure({ failures }: Book, task: SimTask, nowMs: number): void {
  const version = versionOf(task);
  const recent = (failures.get(version) ?? []).filter((ms) => nowMs - ms <= FAILURE_MEMORY_MS);
  failures.set(version, [...recent, nowMs]);
}

function versionOf({ serviceId, specVersion }: SimTask): string {
  return `${serviceId}@${specVersion}`;
}
