import type Docker from "dockerode";
import { answered } from "../../common/docker-call.ts";
import { ORDER_LABEL } from "../domain/order.ts";
import type { NewOrder, OrderBook } from "../ports.ts";
import { statusOf } from "./gateway.ts";

/**
 * Orders as config objects of the swarm: replicated by its managers, seen by every scheduler, tied to no service and no
 * node, and nothing in the swarm reads them but Ballast. Their names keep two of a kind about one thing from standing
 * beside each other.
 */
export function createOrderBook(docker: Docker): OrderBook {
  return {
    async give(order) {
      try {
        await answered(docker, () =>
          docker.createConfig({
            Name: nameOf(order),
            Labels: { [ORDER_LABEL]: order.kind },
            Data: Buffer.from(JSON.stringify(order)).toString("base64"),
          }),
        );
        return true;
      } catch (error) {
        if (statusOf(error) === 409) return false;
        throw error;
      }
    },
    async takeBack(id) {
      try {
        await answered(docker, () => docker.getConfig(id).remove());
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
      }
    },
  };
}

function nameOf(order: NewOrder): string {
  if (order.kind === "drain") return `ballast.drain.${order.node}`;
  if (order.kind === "reset") return "ballast.reset";
  return order.service === null ? "ballast.pause" : `ballast.pause.${order.service}`;
}
