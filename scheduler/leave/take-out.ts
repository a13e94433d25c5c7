import type { MoverOptions } from "../act/options.ts";
import type { Node } from "../domain/node.ts";
import type { Mover, MoveResult, OrderBook } from "../ports.ts";
import { leftIn, type Left, type LeftOrder } from "./left.ts";
import type { SwarmSeen } from "./seen.ts";
import { tracesOf } from "./traces.ts";

/** What taking leave works with. */
export interface LeaveParts {
  /** @throws when the manager does not answer, or is none. */
  readonly read: () => Promise<SwarmSeen>;
  /** The mover whose steps are told of so. */
  readonly mover: (onStep: MoverOptions["onStep"]) => Pick<Mover, "recover">;
  readonly orders: Pick<OrderBook, "takeBack">;
}

/** An order that was taken out, or why it could not be. */
export interface EndedOrder {
  readonly order: LeftOrder;
  /** Null when it is gone. */
  readonly fault: string | null;
}

/** What of a move its service still carries although its label is gone, in words. */
export interface Trace {
  readonly service: string;
  readonly what: string;
}

/** What was done, and what a reading afterwards showed. */
export interface Leave {
  readonly moves: readonly MoveResult[];
  readonly orders: readonly EndedOrder[];
  /** Those that drain orders were about, as they were left. */
  readonly nodes: readonly Node[];
  readonly after: Left;
  readonly traces: readonly Trace[];
}

/**
 * Ends the moves, each as a scheduler would have, takes the orders out, and reads the swarm again to see what is left. It
 * may be cut off anywhere: what is not done yet still stands in the swarm as it did before. What fails does not keep the
 * rest from being taken out.
 * @param onStep is told of each move's steps, by the move's id.
 * @throws when the swarm cannot be read afterwards.
 */
export async function takeOut(
  parts: LeaveParts,
  left: Left,
  nodes: SwarmSeen["nodes"],
  onStep: MoverOptions["onStep"],
): Promise<Leave> {
  const mover = parts.mover(onStep);
  // Never told to stop: who interrupts this ends the process, and the record stays for the next.
  const never = new AbortController().signal;
  const moves = await Promise.all(left.moves.map(({ service }) => mover.recover(service, nodes, never)));
  const orders = await Promise.all(left.orders.map((order) => endOrder(parts, order)));
  const swarm = await parts.read();
  const drained = new Set(left.orders.map(({ node }) => node?.id));
  return {
    moves,
    orders,
    nodes: swarm.nodes.filter(({ id }) => drained.has(id)),
    after: leftIn(swarm),
    traces: tracesIn(swarm, left),
  };
}

async function endOrder({ orders }: LeaveParts, order: LeftOrder): Promise<EndedOrder> {
  try {
    await orders.takeBack(order.id);
    return { order, fault: null };
  } catch (error) {
    return { order, fault: error instanceof Error ? error.message : String(error) };
  }
}

function tracesIn({ services }: SwarmSeen, { moves }: Left): readonly Trace[] {
  return moves.flatMap((move) =>
    services
      .filter(({ service }) => service.id === move.service.id && service.steer === null)
      .flatMap(({ spec }) => tracesOf(move, spec))
      .map((what) => ({ service: move.service.name, what })),
  );
}
