import type { History } from "../domain/history.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Task } from "../domain/task.ts";
import { expectedUsage } from "./expected.ts";
import {
  addTo,
  fillGaps,
  profileOf,
  sizeOf,
  timelineOf,
  writeProfile,
  type Profile,
  type Timeline,
} from "./timeline.ts";

/** What stands on a node, and what it uses. */
interface Standing {
  /** By id. */
  readonly tasks: readonly Task[];
  /** Their profiles one after the other; zeros for a task of which nothing is known. */
  readonly loads: Float64Array;
  /** How many tasks were neither measured nor can be expected to be like others of their service. */
  readonly unknown: number;
  /** What the node uses beside tasks: daemons, the system, other containers; null when it was not measured. */
  readonly beside: Profile | null;
  /**
   * What the node carries: the tasks now there, on top of what is beside them. Not the node's own average: that lags, still
   * holding what has left and not yet the whole of what came.
   */
  readonly carried: Profile | null;
}

export interface Standings {
  readonly timeline: Timeline;
  /** By node id; of every node, and wherever else tasks are said to stand. */
  readonly onNode: ReadonlyMap<string, Standing>;
  /** By task id. */
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** What stands where. `tasks`: those of the snapshot that hold room, by id. */
export function standingsOf(tasks: readonly Task[], snapshot: Snapshot): Standings {
  const { nodes, history } = snapshot;
  const timeline = timelineOf(history, snapshot.others);
  const size = sizeOf(timeline);
  // One piece of memory for all: twenty thousand of their own would take longer to get than to fill.
  const room = new Float64Array(tasks.length * size);
  const profiles = new Map<string, Profile>();
  const write = writerOf(tasks, snapshot, timeline);
  const byNode = Map.groupBy(tasks, ({ nodeId }) => nodeId);
  for (const { id } of nodes) if (!byNode.has(id)) byNode.set(id, []);
  let first = 0;

  function standingOn(id: string, there: readonly Task[]): Standing {
    const beside = besideOn(id, snapshot, timeline);
    const carried = beside?.slice() ?? null;
    const loads = room.subarray(first, first + there.length * size);
    let unknown = 0;
    for (const task of there) {
      const profile = room.subarray(first, first + size);
      first += size;
      if (write(profile, task)) {
        profiles.set(task.id, profile);
        if (carried !== null) addTo(carried, 0, profile);
      } else unknown += 1;
    }
    return { tasks: there, loads, unknown, beside, carried };
  }
  const onNode = new Map([...byNode].map(([id, there]) => [id, standingOn(id, there)]));
  return { timeline, onNode, profiles };
}

/** Writes the profile of a task, unless nothing is known of it; says which. */
function writerOf(
  tasks: readonly Task[],
  snapshot: Snapshot,
  timeline: Timeline,
): (profile: Profile, task: Task) => boolean {
  const { history, taskUsage } = snapshot;
  const expected = expectedUsage(tasks, snapshot);
  return (profile, { id, serviceId }) => {
    const now = taskUsage[id] ?? expected.get(id);
    if (now === undefined) return false;
    // Of a task that is as old as the history nothing need be asked of its service.
    const isWhole = writeProfile(profile, now, history.tasks[id], timeline);
    if (!isWhole) fillGaps(profile, history.services[serviceId], timeline);
    return true;
  };
}

function besideOn(
  id: string,
  { nodeUsage, history }: { readonly nodeUsage: Snapshot["nodeUsage"]; readonly history: History },
  timeline: Timeline,
): Profile | null {
  const usage = nodeUsage[id];
  return usage === undefined ? null : profileOf(usage.remainder, history.remainders[id], undefined, timeline);
}
