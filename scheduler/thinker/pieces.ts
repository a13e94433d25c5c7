import type { Series } from "../domain/history.ts";
import type { Resources } from "../domain/resources.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Task } from "../domain/task.ts";

/** What grows with the number of tasks. */
export interface Piece {
  readonly tasks: readonly Task[];
  readonly taskUsage: Readonly<Record<string, Resources>>;
  /** Of those tasks of which it is not as in the snapshot before; null of one that has none any more. */
  readonly series: Readonly<Record<string, Series | null>>;
}

/** A snapshot without its tasks and what is known of them. */
export type Frame = Snapshot;
const NO_TASKS: Pick<Snapshot, "tasks" | "taskUsage"> = { tasks: [], taskUsage: {} };

/** Handing over so many tasks at once holds a thread for some milliseconds. */
const TASKS_IN_PIECE = 1000;

export function frameOf(snapshot: Snapshot): Frame {
  return { ...snapshot, ...NO_TASKS, history: { ...snapshot.history, tasks: {} } };
}

/**
 * The tasks of a snapshot, with what is known of them, some at a time. `before`: the snapshot that the receiver has
 * already. The past is most of it all and changes once a step: what is the same there is left out.
 */
export function* piecesOf(
  { tasks, taskUsage, history }: Snapshot,
  before: Snapshot | null = null,
): Iterable<Piece> {
  const changedPast = ({ id }: Task): readonly (readonly [string, Series | null])[] => {
    const own = valueIn(history.tasks, id);
    return own === pastIn(before, id) ? [] : [[id, own ?? null]];
  };
  for (let first = 0; first < tasks.length; first += TASKS_IN_PIECE) {
    const some = tasks.slice(first, first + TASKS_IN_PIECE);
    yield {
      tasks: some,
      taskUsage: recordOf(some, (id) => valueIn(taskUsage, id)),
      series: packed(some.flatMap(changedPast)),
    };
  }
}

/** The same, all numbers in one piece of memory: thousands of small ones take long to hand over, and much room. */
function packed(all: readonly (readonly [string, Series | null])[]): Piece["series"] {
  const numbers = all.flatMap(([, series]) => (series === null ? [] : numbersOf(series)));
  const room = new Float32Array(numbers.reduce((sum, { length }) => sum + length, 0));
  let used = 0;
  const put = (values: Float32Array): Float32Array => {
    room.set(values, used);
    used += values.length;
    return room.subarray(used - values.length, used);
  };
  const moved = ({ cpuCores, memoryBytes, others }: Series): Series => {
    const both = { cpuCores: put(cpuCores), memoryBytes: put(memoryBytes) };
    if (others === undefined) return both;
    return {
      ...both,
      others: Object.fromEntries(Object.entries(others).map(([name, of]) => [name, put(of)])),
    };
  };
  return Object.fromEntries(all.map(([id, series]) => [id, series === null ? null : moved(series)]));
}

function numbersOf({ cpuCores, memoryBytes, others = {} }: Series): readonly Float32Array[] {
  return [cpuCores, memoryBytes, ...Object.values(others)];
}

/** The snapshot that was taken apart, by somebody who knew that `before` is here. */
export function assembled(frame: Frame, pieces: readonly Piece[], before: Snapshot | null = null): Snapshot {
  const tasks = pieces.flatMap((piece) => piece.tasks);
  const changed = new Map(pieces.flatMap(({ series }) => Object.entries(series)));
  const pastOf = (id: string): Series | undefined =>
    changed.has(id) ? (changed.get(id) ?? undefined) : pastIn(before, id);
  return {
    ...frame,
    tasks,
    taskUsage: Object.assign({}, ...pieces.map(({ taskUsage }) => taskUsage)) as Snapshot["taskUsage"],
    history: { ...frame.history, tasks: recordOf(tasks, pastOf) },
  };
}

function pastIn(snapshot: Snapshot | null, id: string): Series | undefined {
  return snapshot === null ? undefined : valueIn(snapshot.history.tasks, id);
}

/** An id may be a word that every object knows. */
function valueIn<Value>(record: Readonly<Record<string, Value>>, id: string): Value | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}

/** By task id, what is known of it. */
function recordOf<Value>(
  tasks: readonly Task[],
  valueOf: (id: string) => Value | undefined,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    tasks.flatMap(({ id }): readonly (readonly [string, Value])[] => {
      const value = valueOf(id);
      return value === undefined ? [] : [[id, value]];
    }),
  );
}
