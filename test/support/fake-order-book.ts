import type { Order } from "../../scheduler/domain/order.ts";
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
      given.push({ ...order, id: `o${given.length + 1}` });
      return Promise.resolve(true);
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
