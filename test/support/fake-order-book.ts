import { NO_PROGRESS, type Order } from "../../scheduler/domain/order.ts";
import type { NewOrder, NodeWriter, OrderBook } from "../../scheduler/ports.ts";

/** Orders and node writes of a swarm that is none: a fake that keeps what it was told. */
export interface FakeOrderBook extends OrderBook, NodeWriter {
  readonly given: readonly Order[];
  /** What was done, in words. */
  readonly done: readonly string[];
}

export function fakeOrderBook(start: readonly Order[] = []): FakeOrderBook {
  const given: Order[] = [...start];
  const done: string[] = [];
  return {
    given,
    done,
    give(order: NewOrder) {
      const id = `o${given.length + 1}`;
      given.push(order.kind === "moves" ? { ...order, id, progress: NO_PROGRESS } : { ...order, id });
      return Promise.resolve(true);
    },
    note(id, progress) {
      const at = given.findIndex((order) => order.id === id);
      const order = given[at];
      const next = order?.kind === "moves" ? progress(order.progress) : null;
      if (order?.kind === "moves" && next !== null) given[at] = { ...order, progress: next };
      return Promise.resolve();
    },
    takeBack(id) {
      done.push(`take back ${id}`);
      return Promise.resolve();
    },
    setAvailability(nodeId, availability) {
      done.push(`set ${nodeId} to ${availability}`);
      return Promise.resolve();
    },
  };
}
