import { marksFor, type Policy } from "../domain/policy.ts";
import { minus, plus, type PerResource } from "../domain/resources.ts";
import { isTrusted, type Snapshot } from "../domain/snapshot.ts";
import { holdsRoom, isRunning, type Task } from "../domain/task.ts";
import { loadOf, ratioOf } from "./load.ts";
import { viewOf, type NodeView, type View } from "./view.ts";

/** A move that landed, with what its verdict goes by. */
export interface Landing {
  readonly serviceId: string;
  /** Node ids. */
  readonly from: string;
  readonly to: string;
  readonly landedAtMs: number;
  /** used / capacity of the node that the task left, when the move was planned; null when it was not known. */
  readonly loadBefore: PerResource<number> | null;
}

/** What a landed move turned out to be worth. */
export interface Worth {
  readonly outcome: "kept" | "worse" | "unknown";
  /** One clause for people. */
  readonly detail: string;
}

/** Loads differ by this share of a node's capacity before one is called worse than the other: measurements waver. */
const MARGIN = 0.05;
/** A verdict that is still not possible after so many windows will not become so. */
const LATEST_WINDOWS = 6;

/**
 * What the swarm says of a move some time after its landing; null while it is too early to say. Worse is: its tasks fail
 * there and nowhere else; or a load there is above the high mark and above what it was where the task came from, and
 * would be lower on either node if the task went back. Pure.
 */
export function worthOf(landing: Landing, snapshot: Snapshot, policy: Policy, nowMs: number): Worth | null {
  const failures = failuresOf(landing, snapshot);
  if (failures !== null) return { outcome: "worse", detail: failures };
  const sinceSeconds = (nowMs - landing.landedAtMs) / 1000;
  if (sinceSeconds < policy.windowSeconds) return null;
  const isLate = sinceSeconds > LATEST_WINDOWS * policy.windowSeconds;
  const unknown: Worth | null = isLate
    ? { outcome: "unknown", detail: "its load did not become known" }
    : null;
  if (!isTrusted(snapshot)) return unknown;
  const view = viewOf(snapshot);
  const [task] = copiesThere(view, landing);
  if (task === undefined) return { outcome: "unknown", detail: "none of its tasks stands there any more" };
  const from = view.nodes.get(landing.from);
  const to = view.nodes.get(landing.to);
  if (from === undefined || to === undefined) return { outcome: "unknown", detail: "a node of it is gone" };
  if ([from, to].some(({ unsettled }) => unsettled.length > 0)) return unknown;
  return (
    hotter(landing, view, { task, from, to }, policy) ?? { outcome: "kept", detail: "nothing got worse" }
  );
}

function failuresOf({ serviceId, to, landedAtMs }: Landing, { services, tasks }: Snapshot): string | null {
  const own = tasks.filter((task) => task.serviceId === serviceId);
  const isEarlier = ({ stateSinceMs }: Task): boolean => stateSinceMs <= landedAtMs;
  // A task that Swarm ended for its health and that went without complaint is called complete. So is one that its owner's
  // write replaced, and one that has done its work, in a service whose tasks end by design: then some did before.
  const isByDesign =
    services.some(({ id, updatedAtMs }) => id === serviceId && updatedAtMs > landedAtMs) ||
    own.some((task) => task.state === "complete" && isEarlier(task));
  const bad = ["failed", "rejected", ...(isByDesign ? [] : ["complete"])];
  const failed = own.filter((task) => bad.includes(task.state) && !isEarlier(task));
  const there = failed.filter(({ nodeId }) => nodeId === to);
  // What fails elsewhere too is not to be blamed on the node.
  const [first] = there;
  if (first === undefined || there.length < failed.length) return null;
  return `${there.length} task(s) of it failed or ended there: ${first.error || "no reason given"}`;
}

interface Places {
  readonly task: Task;
  readonly from: NodeView;
  readonly to: NodeView;
}

function hotter(
  { loadBefore }: Landing,
  view: View,
  { task, from, to }: Places,
  { marks }: Policy,
): Worth | null {
  const load = view.usage[task.id];
  const there = loadOf(to, view.timeline, marks);
  if (load === undefined || there === null || loadBefore === null) return null;
  if (from.used === null || from.capacity === null || to.used === null || to.capacity === null) return null;
  const back = plus(from.used, load);
  const without = minus(to.used, load);
  for (const [name, { ratio }] of Object.entries(there)) {
    const before = loadBefore[name] ?? 0;
    const isHot = ratio > marksFor(marks, name).high && ratio > before + MARGIN;
    const otherwise = Math.max(ratioOf(back, from.capacity, name), ratioOf(without, to.capacity, name));
    if (!isHot || otherwise > ratio - MARGIN) continue;
    const now = `${to.node.hostname} stands at ${percent(ratio)} ${name}`;
    const then = `more than ${from.node.hostname} did (${percent(before)})`;
    return { outcome: "worse", detail: `${now}, ${then}; back there it would be ${percent(otherwise)}` };
  }
  return null;
}

function copiesThere(view: View, { serviceId, to, landedAtMs }: Landing): readonly Task[] {
  return (view.tasksOf.get(serviceId) ?? [])
    .filter((task) => task.nodeId === to && holdsRoom(task) && isRunning(task))
    .toSorted((a, b) => Math.abs(a.stateSinceMs - landedAtMs) - Math.abs(b.stateSinceMs - landedAtMs));
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
