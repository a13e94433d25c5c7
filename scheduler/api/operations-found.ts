import type { DrainOrder, MovesOrder } from "../domain/order.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { Refused } from "./http/endpoint.ts";
import { drainOperation, drainOperationId, movesOperation } from "./operation.ts";
import type { Operation } from "./schemas/operations.ts";

/** An operation, and the order that it is of where one stands. */
export interface FoundOperation {
  readonly order: DrainOrder | MovesOrder | null;
  readonly shown: Operation;
}

/**
 * The operation of that id.
 * @throws Refused with 404 where there is none.
 */
export function operationIn({ orders, nodes }: Snapshot, id: string): FoundOperation {
  const moves = orders.find((order) => order.kind === "moves" && order.operation === id);
  if (moves?.kind === "moves") return { order: moves, shown: movesOperation(moves) };
  const node = nodes.find((each) => drainOperationId(each.id) === id);
  const drain = orders.find((order) => order.kind === "drain" && order.node === node?.id);
  if (node !== undefined && drain?.kind === "drain")
    return { order: drain, shown: drainOperation(node.id, drain, null) };
  if (node?.availability === "drain") return { order: null, shown: drainOperation(node.id, null, null) };
  const detail = `there is no operation ${JSON.stringify(id)}, or it ended more than an hour ago`;
  throw new Refused({ status: 404, title: "No such operation", detail });
}
