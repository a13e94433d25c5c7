import { copiesOn } from "../view.ts";
import { OK, refuse, type TargetFilter } from "./filter.ts";

/** The target must end with no more copies than the node they come from began with. */
export const apart: TargetFilter = {
  name: "apart",
  yieldsToDrain: true,
  check({ service, task, view }, { node }) {
    const there = copiesOn(view, service.id, node.id).length;
    const here = copiesOn(view, service.id, task.nodeId).length;
    return there < here ? OK : refuse(`${node.hostname} runs ${there} copy of it already`);
  },
};
