import { STEER_LABEL } from "../../../scheduler/domain/steer.ts";
import type { Call } from "./fault-proxy.ts";
import type { ApiTask } from "../../e2e/support/lab.ts";

/**
 * The API calls of a move, in their order. Between the writes the move asks the same two things four times a second:
 * the first, the second and the last time stand for all.
 */
export const POINTS = [
  { name: "look at the service", kind: "read" },
  { name: "look at its tasks", kind: "read" },
  { name: "steer", kind: "write" },
  { name: "first watch of the service", kind: "read" },
  { name: "first watch of its tasks", kind: "read" },
  { name: "second watch of the service", kind: "read" },
  { name: "second watch of its tasks", kind: "read" },
  { name: "last watch of the service", kind: "read" },
  { name: "last watch of its tasks", kind: "read" },
  { name: "let go", kind: "write" },
] as const;

export type Point = (typeof POINTS)[number]["name"];

/** Whether at that time the service is steered and the new task may not run yet. */
export function isBetweenWrites(point: Point, when: "before" | "after"): boolean {
  return /^(first|second) watch/.test(point) || (point === "steer" && when === "after");
}

/** A call's place in its move, from 1. */
export function numberOf(point: Point): number {
  return POINTS.findIndex(({ name }) => name === point) + 1;
}

/**
 * Which calls a call is of its service's move; empty for one between two that count, or after letting go. `earlier` are
 * all calls since before the move. The last watch is known by its time: Swarm said before that the new task runs and the
 * old one is gone, and `stabilitySeconds` have passed since. Pure.
 */
export function pointsOf(call: Call, earlier: readonly Call[], stabilitySeconds: number): readonly Point[] {
  const before = earlier.filter(({ service }) => service !== null && service === call.service);
  const steerAt = before.findIndex(isSteering);
  if (steerAt === -1) return pointsBeforeSteering(call, before);
  const since = before.slice(steerAt + 1);
  if (since.some(({ kind }) => kind === "write")) return [];
  if (call.kind === "write") return ["let go"];
  const asked = since.filter(({ what }) => what === call.what).length;
  const order = asked < 2 ? (["first", "second"] as const)[asked] : undefined;
  const isLast = hasLanded(call, since, stabilitySeconds);
  const orders = [...(order === undefined ? [] : [order]), ...(isLast ? (["last"] as const) : [])];
  return orders.map((which): Point =>
    isOfTasks(call) ? `${which} watch of its tasks` : `${which} watch of the service`,
  );
}

function pointsBeforeSteering(call: Call, before: readonly Call[]): readonly Point[] {
  if (isSteering(call)) return ["steer"];
  if (call.kind === "write" || before.some(({ what }) => what === call.what)) return [];
  return [isOfTasks(call) ? "look at its tasks" : "look at the service"];
}

function isSteering({ kind, body }: Call): boolean {
  return kind === "write" && body.includes(JSON.stringify(STEER_LABEL));
}

function isOfTasks({ what }: Call): boolean {
  return what === "GET /tasks";
}

/** Whether a watch at this time ends the move, as far as the watch before it tells. */
function hasLanded({ atMs }: Call, since: readonly Call[], stabilitySeconds: number): boolean {
  const tasks = tasksIn(since.findLast((seen) => isOfTasks(seen) && seen.answer?.status === 200));
  const [newest] = tasks.toSorted((a, b) => Date.parse(b.CreatedAt) - Date.parse(a.CreatedAt));
  const steeredMs = since[0]?.atMs ?? Infinity;
  if (newest === undefined || Date.parse(newest.CreatedAt) < steeredMs - LEAD_MS) return false;
  const isSettled = tasks.every(({ Status, DesiredState }) =>
    Status.State === "running" ? DesiredState === "running" : DesiredState !== "running",
  );
  return (
    isSettled &&
    newest.Status.State === "running" &&
    atMs >= Date.parse(newest.Status.Timestamp) + stabilitySeconds * 1000
  );
}

/** How long before the first watch Swarm may have made the new task: the steering write's own time, and the pause. */
const LEAD_MS = 2000;

function tasksIn(call: Call | undefined): readonly ApiTask[] {
  const body = call?.answer?.body;
  return body === undefined ? [] : (JSON.parse(body.toString()) as readonly ApiTask[]);
}
