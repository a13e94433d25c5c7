import { refusingConstraint } from "../../domain/constraint.ts";
import { OK, refuse, type TargetFilter } from "./filter.ts";

export const constraints: TargetFilter = {
  name: "constraints",
  isStanding: true,
  check({ service }, { node }) {
    const refusing = refusingConstraint(node, service.constraints);
    return refusing === null ? OK : refuse(`the constraint ${refusing} keeps it off ${node.hostname}`);
  },
};
