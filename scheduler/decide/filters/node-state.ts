import { OK, refuse, type TargetFilter } from "./filter.ts";

export const nodeState: TargetFilter = {
  name: "node-state",
  check(_traveller, { node }) {
    if (node.state !== "ready") return refuse(`${node.hostname} is ${node.state}`);
    return node.availability === "active" ? OK : refuse(`${node.hostname} is set to ${node.availability}`);
  },
};
