import { isCounted } from "../view.ts";
import { OK, refuse, type TaskFilter } from "./filter.ts";

/** What a node gives and keeps must both be known: a node of which too little is known gives nothing. */
export const origin: TaskFilter = {
  name: "origin",
  yieldsToDrain: true,
  check({ task, view }) {
    const node = view.nodes.get(task.nodeId);
    if (node === undefined || isCounted(node)) return OK;
    const why = node.unsettled.length > 0 ? node.unsettled.join("; ") : `it is ${node.node.state}`;
    return refuse(`the load of its node ${node.node.hostname} is not known: ${why}`);
  },
};
