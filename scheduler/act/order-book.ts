import type Docker from "dockerode";
import * as z from "zod";
import { NO_PROGRESS, ORDER_LABEL, PROGRESS_LABEL } from "../domain/order.ts";
import { MOVES_PROGRESS } from "../order-progress.ts";
import type { NewOrder, OrderBook } from "../ports.ts";
import { createConfig, relabelConfig, removeConfig } from "./config-objects.ts";

/**
 * Orders as config objects of the swarm: replicated by its managers, seen by every scheduler, tied to no service and no
 * node, and nothing in the swarm reads them but Ballast. Their names keep two of a kind about one thing from standing
 * beside each other.
 */
export function createOrderBook(docker: Docker): OrderBook {
  return {
    async give(order) {
      const labels = { [ORDER_LABEL]: order.kind };
      return (await createConfig(docker, { name: nameOf(order), labels, content: order })) !== null;
    },
    takeBack: (id) => removeConfig(docker, id),
    async note(id, progress) {
      await relabelConfig(docker, id, (labels) => {
        const standing = PROGRESS.parse(labels[PROGRESS_LABEL]) ?? NO_PROGRESS;
        const next = progress(standing);
        return next === null ? null : { ...labels, [PROGRESS_LABEL]: JSON.stringify(next) };
      });
    },
  };
}

const PROGRESS = z.union([z.undefined().transform(() => null), MOVES_PROGRESS]);

function nameOf(order: NewOrder): string {
  switch (order.kind) {
    case "drain":
      return `ballast.drain.${order.node}`;
    case "reset":
      return "ballast.reset";
    case "moves":
      return `ballast.moves.${order.operation}`;
    case "pause":
      return order.service === null ? "ballast.pause" : `ballast.pause.${order.service}`;
  }
}
