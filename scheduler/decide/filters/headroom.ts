import { plus, RESOURCE_NAMES } from "../../domain/resources.ts";
import { ratioOf } from "../load.ts";
import { OK, refuse, type TargetFilter } from "./filter.ts";

/** The target stays at or below the mark that moves aim at, on every resource. */
export const headroom: TargetFilter = {
  name: "headroom",
  check({ load, policy }, { node, capacity, used }) {
    if (capacity === null || used === null) return refuse(`the capacity of ${node.hostname} is not known`);
    const withTask = plus(used, load);
    for (const name of RESOURCE_NAMES) {
      const ratio = ratioOf(withTask, capacity, name);
      const { target } = policy.marks[name];
      if (ratio > target) {
        return refuse(
          `it would bring ${node.hostname} to ${percent(ratio)} ${name}, above ${percent(target)}`,
        );
      }
    }
    return OK;
  },
};

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
