import { SYSTEM_CLOCK, type Clock } from "../clock.ts";
import { describeOrder, pauseOf, type Order } from "../domain/order.ts";
import type { Mode } from "../domain/policy.ts";
import { isSwarmKnown, type Snapshot } from "../domain/snapshot.ts";
import type { Governor } from "../governor.ts";
import type { Observation } from "../observe/observer.ts";
import { STATE_PARTS, type OrderChange, type StateChange } from "./event.ts";
import type { Events } from "./events.ts";

export interface WatchParts {
  readonly events: Pick<Events, "publish">;
  readonly mode: Mode;
  readonly governor: Pick<Governor, "state">;
  readonly clock?: Pick<Clock, "now">;
}

/** Whether this scheduler is the one that acts, and a clause on why. */
interface Role {
  readonly role: "leading" | "standing by";
  readonly reason: string;
}

/** Sees what changed from one look to the next. */
export interface Watch {
  /** To be called with each look of a round. */
  look(seen: Observation, role: Role): void;
}

type State = Pick<StateChange, "role" | "mode" | "paused" | "breaker">;

/**
 * Tells of each change of role, mode, pause and breaker, and of each order that comes or goes. Of a swarm that cannot be
 * read only the role is known: no orders seen are then not no orders. The first look tells all of the state, and no
 * orders: they were there before.
 */
export function createWatch({ events, mode, governor, clock = SYSTEM_CLOCK }: WatchParts): Watch {
  let last: State | null = null;
  let orders: ReadonlyMap<string, Order> | null = null;

  function stateIn({ snapshot }: Observation, { role, reason }: Role): [State, Record<keyof State, string>] {
    const words = { role: `${role}: ${reason}`, mode: `the mode is ${mode}`, paused: "", breaker: "" };
    if (!isSwarmKnown(snapshot)) {
      const { paused = null, breaker = null } = last ?? {};
      return [{ role, mode, paused, breaker }, words];
    }
    const pause = pauseOf(snapshot.orders, null, clock.now());
    const { breaker } = governor.state(snapshot);
    return [
      { role, mode, paused: pause !== null, breaker: breaker.state },
      {
        ...words,
        paused: pause === null ? "not paused" : describeOrder(pause, "paused"),
        breaker: `the breaker is ${breaker.detail}`,
      },
    ];
  }

  function tellOrders(snapshot: Snapshot): void {
    if (!isSwarmKnown(snapshot)) return;
    const now = new Map(snapshot.orders.filter(holds).map((order) => [order.id, order]));
    const before = orders ?? now;
    orders = now;
    const tell = (change: OrderChange["change"], order: Order): void => {
      const { id, kind, reason, at: given } = order;
      events.publish("order", { change, order: id, kind, reason, given, name: nameOf(order, snapshot) });
    };
    for (const [id, order] of now) if (!before.has(id)) tell("given", order);
    for (const [id, order] of before) if (!now.has(id)) tell("ended", order);
  }

  return {
    look(seen, role) {
      const [state, words] = stateIn(seen, role);
      const changed = STATE_PARTS.filter((part) => state[part] !== last?.[part]);
      last = state;
      if (changed.length > 0) {
        const detail = changed.map((part) => words[part]).filter((each) => each !== "");
        events.publish("state", { changed, ...state, detail: detail.join("; ") });
      }
      tellOrders(seen.snapshot);
    },
  };
}

/** Whether it is one that a person waits for; those that are over are kept for a while. */
function holds(order: Order): boolean {
  if (order.kind === "request") return false;
  return order.kind !== "moves" || order.progress.ended === null;
}

function nameOf(order: Order, { nodes, services }: Snapshot): string | null {
  if (order.kind === "drain") return nodes.find(({ id }) => id === order.node)?.hostname ?? null;
  return order.kind === "pause" ? (services.find(({ id }) => id === order.service)?.name ?? null) : null;
}
