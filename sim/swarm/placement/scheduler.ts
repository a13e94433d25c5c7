import type { SimTask } from "../objects.ts";
import { isWanted } from "../states.ts";
import type { Store } from "../store.ts";
import type { Timings } from "../timings.ts";
import { refusalOf } from "./pipeline.ts";
import { keepRooms, type Room } from "./room.ts";
import { spread, type Ground } from "./spread.ts";

/** Places tasks on nodes; what fits nowhere waits until something changes. */
export function startScheduler(store: Store, timings: Timings): void {
  const roomOf = keepRooms(store);
  const waiting = new Set<string>();
  let isDue = false;
  const look = (): void => {
    if (isDue || waiting.size === 0) return;
    isDue = true;
    store.clock.after(timings.scheduleMs, () => {
      isDue = false;
      placeAll(store, roomOf, waiting);
    });
  };
  store.subscribe((change) => {
    if (change.kind === "task") {
      const { after } = change;
      if (isWaiting(after)) waiting.add(after.id);
    }
    if (change.kind === "task" ? makesRoomOrWaits(change.before, change.after) : change.kind === "node")
      look();
  });
}

function isWaiting(task: SimTask | null | undefined): task is SimTask {
  return task?.state === "pending" && isWanted(task);
}

function makesRoomOrWaits(before: SimTask | null, after: SimTask | null): boolean {
  return before?.state !== after?.state || before?.desired !== after?.desired;
}

function placeAll(store: Store, roomOf: (nodeId: string) => Room, waiting: Set<string>): void {
  const tasks = [...waiting].flatMap((id) => {
    const task = store.tasks.get(id);
    if (isWaiting(task)) return [task];
    waiting.delete(id);
    return [];
  });
  const ground: Ground = {
    nodes: [...store.nodes.values()],
    roomOf,
    nowMs: store.clock.now(),
    random: store.random,
    place(task, nodeId) {
      waiting.delete(task.id);
      store.changeTask(task.id, { nodeId, state: "assigned", error: "" });
    },
  };
  const groups = Map.groupBy(tasks, ({ serviceId, specVersion, nodeId }) =>
    [serviceId, specVersion, nodeId].join(" "),
  );
  for (const group of groups.values()) {
    const [first] = group;
    // A global service's task has its node from the beginning.
    const left =
      first?.nodeId === "" ? spread(group, ground) : group.filter((task) => !stays(task, store, ground));
    for (const task of left) store.changeTask(task.id, { error: reasonFor(task, ground) });
  }
}

function stays(task: SimTask, { nodes }: Store, ground: Ground): boolean {
  const node = nodes.get(task.nodeId);
  if (node === undefined || refusalOf(node, ground.roomOf(node.id), task) !== null) return false;
  ground.place(task, node.id);
  return true;
}

/** As Swarm words it: what keeps it off the nodes, the most frequent reason first. */
function reasonFor(task: SimTask, { nodes, roomOf }: Ground): string {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const says = refusalOf(node, roomOf(node.id), task);
    if (says !== null) counts.set(says, (counts.get(says) ?? 0) + 1);
  }
  const reasons = [...counts].toSorted(([, a], [, b]) => b - a);
  const words = reasons.map(([says, count]) => `${says} on ${count} node${count === 1 ? "" : "s"}`);
  return `no suitable node (${words.join("; ")})`;
}
