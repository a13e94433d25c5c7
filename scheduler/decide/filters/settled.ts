import { OK, refuse, type TargetFilter } from "./filter.ts";

export const settled: TargetFilter = {
  name: "settled",
  isStanding: true,
  yieldsToDrain: true,
  check(_traveller, { node, unsettled }) {
    return unsettled.length === 0
      ? OK
      : refuse(`the load of ${node.hostname} is not known: ${unsettled.join("; ")}`);
  },
};
