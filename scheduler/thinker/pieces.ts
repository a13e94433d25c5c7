import type { Series } from "../domain/history.ts";
import type { Resources } from "../domain/resources.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Task } from "../domain/task.ts";

/** What grows with the number of tasks. */
export interface Piece {
  readonly tasks: readonly Task[];
  readonly taskUsage: Readonly<Record<string, Resources>>;
  readonly series: Readonly<Record<string, Series>>;
}

/** A snapshot without its tasks and what is known of them. */
export type Frame = Snapshot;
const NO_TASKS: Pick<Snapshot, "tasks" | "taskUsage"> = { tasks: [], taskUsage: {} };

/** Handing over so many tasks at once holds a thread for some milliseconds. */
const TASKS_IN_PIECE = 1000;

export function frameOf(snapshot: Snapshot): Frame {
  return { ...snapshot, ...NO_TASKS, history: { ...snapshot.history, tasks: {} } };
}

/** The tasks of a snapshot, with what is known of them, some at a time. */
export function* piecesOf({ tasks, taskUsage, history }: Snapshot): Iterable<Piece> {
  for (let first = 0; first < tasks.length; first += TASKS_IN_PIECE) {
    const some = tasks.slice(first, first + TASKS_IN_PIECE);
    yield {
      tasks: some,
      taskUsage: Object.fromEntries(some.flatMap(({ id }) => entryOf(taskUsage, id))),
      series: Object.fromEntries(some.flatMap(({ id }) => entryOf(history.tasks, id))),
    };
  }
}

/** The snapshot that was taken apart. */
export function assembled(frame: Frame, pieces: readonly Piece[]): Snapshot {
  return {
    ...frame,
    tasks: pieces.flatMap(({ tasks }) => tasks),
    taskUsage: Object.assign({}, ...pieces.map(({ taskUsage }) => taskUsage)) as Snapshot["taskUsage"],
    history: {
      ...frame.history,
      tasks: Object.assign({}, ...pieces.map(({ series }) => series)) as Snapshot["history"]["tasks"],
    },
  };
}

/** An id may be a word that every object knows. */
function entryOf<Value>(
  record: Readonly<Record<string, Value>>,
  id: string,
): readonly (readonly [string, Value])[] {
  const value = Object.hasOwn(record, id) ? record[id] : undefined;
  return value === undefined ? [] : [[id, value]];
}
