import { amountOf, RESOURCE_NAMES } from "../../domain/resources.ts";
import { OK, refuse, type TargetFilter } from "./filter.ts";

/** Room by Swarm's own reckoning: what the node has, less what its tasks reserve. */
export const reservations: TargetFilter = {
  name: "reservations",
  check({ service }, { node, reserved }) {
    const short = RESOURCE_NAMES.find((name) => {
      const wanted = amountOf(service.reservations, name);
      return wanted > 0 && wanted > amountOf(node.resources, name) - amountOf(reserved, name);
    });
    return short === undefined ? OK : refuse(`${node.hostname} has too little unreserved ${short} for it`);
  },
};
