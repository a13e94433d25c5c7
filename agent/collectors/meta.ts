import { HOST, SWARM_LABEL } from "../../common/metrics/names.ts";
import { family, gauge } from "../metric.ts";
import type { NodeIdentity } from "../sources/docker/api.ts";
import type { Collector } from "./contract.ts";

const META = gauge(HOST.meta, "Joins an instance with its Swarm node, by the labels.");

export const meta: Collector<NodeIdentity> = {
  describes: "either",
  read({ identity }) {
    const { node } = identity;
    return node === null || node.swarmNodeId === "" ? null : node;
  },
  parse: ({ name, swarmNodeId }) => [
    family(META, [
      { labels: { node_id: swarmNodeId, node_name: name, [SWARM_LABEL.nodeId]: swarmNodeId }, value: 1 },
    ]),
  ],
};
