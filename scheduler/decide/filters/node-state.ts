import { OK, refuse, type TargetFilter } from "./filter.ts";

export const nodeState: TargetFilter = {
  name: "node-state",
  isStanding: true,
  check({ view }, { node }) {
    if (node.state !== "ready") return refuse(`${node.hostname} is ${node.state}`);
    if (view.draining.has(node.id)) return refuse(`${node.hostname} is being drained`);
    return node.availability === "active" ? OK : refuse(`${node.hostname} is set to ${node.availability}`);
  },
};
