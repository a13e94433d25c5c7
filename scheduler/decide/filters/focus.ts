import { OK, refuse, type TaskFilter } from "./filter.ts";

/** What was asked for is a look at one node or one service. */
export const focus: TaskFilter = {
  name: "focus",
  yieldsToDrain: true,
  check({ task, service, policy: { focus } }) {
    if (focus === undefined) return OK;
    const here = focus.kind === "node" ? task.nodeId : service.id;
    return here === focus.id ? OK : refuse(`only what concerns one ${focus.kind} was asked for`);
  },
};
