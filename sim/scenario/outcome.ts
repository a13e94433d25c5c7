import type { MoveResult } from "../../scheduler/ports.ts";
import type { Step } from "./scenario.ts";
import { isUp, type Seen, type SeenTask } from "./seen.ts";
import type { StageEvent } from "./stage.ts";

/** What came of a step, as far as it must be the same wherever it is played. By service name. */
export interface Outcome {
  /** In words, for people. */
  readonly step: string;
  /** Where its tasks run: hostnames, one for each. */
  readonly places: Readonly<Record<string, readonly string[]>>;
  /** Tasks that are wanted and do not run, by their state. */
  readonly waiting: Readonly<Record<string, readonly string[]>>;
  /** Of each slot in which a container started or ended: where, in the order of the times. */
  readonly order: Readonly<Record<string, readonly string[]>>;
  /** What Swarm says of the service's update; empty where it says nothing. */
  readonly updates: Readonly<Record<string, string>>;
  /** How a move ended; null for other steps. */
  readonly move: MoveResult["outcome"] | null;
}

interface Played {
  readonly step: Step;
  readonly move: MoveResult | null;
  readonly seen: Seen;
  readonly tasks: ReadonlyMap<string, SeenTask>;
  readonly events: readonly StageEvent[];
}

/** Puts together what came of a step. Pure. */
export function outcomeOf({ step, move, seen, tasks, events }: Played): Outcome {
  const names = new Map(seen.services.map(({ ID, Spec }) => [ID, Spec.Name]));
  const hostnames = new Map(seen.nodes.map(({ ID, Description }) => [ID, Description.Hostname]));
  const nodeOf = ({ NodeID }: SeenTask) => hostnames.get(NodeID) ?? "no node";
  const own = [...tasks.values()].filter(({ ServiceID }) => names.has(ServiceID));
  const byService = <Value>(valueOf: (tasks: readonly SeenTask[], name: string) => Value) =>
    Object.fromEntries(
      [...names].map(([id, name]) => [
        name,
        valueOf(
          own.filter(({ ServiceID }) => ServiceID === id),
          name,
        ),
      ]),
    );
  return {
    step: describe(step),
    places: byService((mine) =>
      mine
        .filter((task) => isUp(task) && isThere(task, seen))
        .map(nodeOf)
        .sort(),
    ),
    waiting: byService((mine) =>
      mine
        .filter((task) => task.DesiredState === "running" && !isUp(task) && isThere(task, seen))
        .map(({ Status }) => Status.State)
        .sort(),
    ),
    order: byService((mine) => ordersOf(mine, events.filter(isTold(step)))),
    updates: byService(
      (_, name) => seen.services.find(({ Spec }) => Spec.Name === name)?.UpdateStatus?.State ?? "",
    ),
    move: move?.outcome ?? null,
  };
}

/** What was seen once and is forgotten since runs no more. */
function isThere({ ID }: SeenTask, { tasks }: Seen): boolean {
  return tasks.some((task) => task.ID === ID);
}

/** What a node does while it is lost, and that all on it ends when it returns, only a simulator can tell. */
function isTold(step: Step): (event: StageEvent) => boolean {
  return ({ node, action }) =>
    !(step.do === "lose" && node === step.node) &&
    !(step.do === "revive" && node === step.node && action === "die");
}

/** One line for each slot (of a global service: each node), without its number, which Swarm gives as it likes. */
function ordersOf(tasks: readonly SeenTask[], events: readonly StageEvent[]): readonly string[] {
  const known = new Map(tasks.map((task) => [task.ID, task]));
  const bySlot = Map.groupBy(
    events.filter(({ taskId }) => known.has(taskId)),
    ({ taskId }) => {
      const task = known.get(taskId);
      return task === undefined || task.Slot === 0 ? `node ${task?.NodeID ?? ""}` : task.Slot;
    },
  );
  return [...bySlot.values()]
    .map((some) => some.map(({ action, node }) => `${action} ${node}`).join(", "))
    .sort();
}

function describe(step: Step): string {
  const { do: what, ...rest } = step;
  return `${what} ${JSON.stringify(rest)}`;
}
