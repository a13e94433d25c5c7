import { larger, plus, RESOURCE_NAMES, type Resources } from "../../domain/resources.ts";
import { ratioOf } from "../load.ts";
import { copiesOn } from "../view.ts";
import { OK, refuse, type TargetFilter, type Traveller } from "./filter.ts";

/** The target stays at or below the mark that moves aim at, on every resource, whichever copy comes. */
export const headroom: TargetFilter = {
  name: "headroom",
  yieldsToDrain: true,
  check(traveller, { node, capacity, used }) {
    if (capacity === null || used === null) return refuse(`the capacity of ${node.hostname} is not known`);
    const withTask = plus(used, heaviestOf(traveller));
    for (const name of RESOURCE_NAMES) {
      const ratio = ratioOf(withTask, capacity, name);
      const { target } = traveller.policy.marks[name];
      if (ratio > target) {
        return refuse(
          `it would bring ${node.hostname} to ${percent(ratio)} ${name}, above ${percent(target)}`,
        );
      }
    }
    return OK;
  },
};

/** Of several copies on one node Swarm picks which one goes. */
function heaviestOf({ service, task, view, load }: Traveller): Resources {
  return copiesOn(view, service.id, task.nodeId)
    .flatMap((copy) => view.usage[copy.id] ?? [])
    .reduce(larger, load);
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
