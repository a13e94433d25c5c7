import { amountOf, RESOURCE_NAMES } from "../../domain/resources.ts";
import { OK, refuse, type TargetFilter } from "./filter.ts";

/** Swarm counts billionths of a core and whole bytes: half of the least step is no shortage but our rounding. */
const HALF_A_STEP = 0.5e-9;

/** Room by Swarm's own reckoning: what the node has, less what its tasks reserve. */
export const reservations: TargetFilter = {
  name: "reservations",
  check({ service }, { node, reserved }) {
    const wanted = service.reservations;
    if (RESOURCE_NAMES.every((name) => amountOf(wanted, name) === 0)) return OK;
    const short = RESOURCE_NAMES.find(
      (name) =>
        amountOf(wanted, name) > amountOf(node.resources, name) - amountOf(reserved, name) + HALF_A_STEP,
    );
    return short === undefined ? OK : refuse(`${node.hostname} has too little unreserved ${short} for it`);
  },
};
