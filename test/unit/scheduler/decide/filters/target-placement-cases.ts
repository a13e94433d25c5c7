import type { HostPort, Service } from "../../../../../scheduler/domain/service.ts";
import type { Snapshot } from "../../../../../scheduler/domain/snapshot.ts";
import { aNode, aSwarm, stands } from "../../../../support/swarm-builder.ts";
import type { FilterCases } from "./filter-case.ts";

const HTTP: HostPort = { port: 80, protocol: "tcp" };

/** The target filters that look at what else stands where. `web.1`, on n1, wants to go to n2. */
export const PLACEMENT_CASES: Readonly<Record<string, FilterCases>> = {
  "replicas-per-node": {
    accepts: [
      { title: "no limit", swarm: copies(["n1", "n2", "n2"]) },
      { title: "none there yet", swarm: copies(["n1", "n3"], { maxReplicasPerNode: 1 }) },
      { title: "one more may come", swarm: copies(["n1", "n2"], { maxReplicasPerNode: 2 }) },
    ],
    refuses: [
      {
        title: "one there, one allowed",
        swarm: copies(["n1", "n2"], { maxReplicasPerNode: 1 }),
        says: /n2 has its 1 replica/,
      },
      {
        title: "a copy that is still stopping counts",
        swarm: aSwarm(
          [aNode("n1"), aNode("n2")],
          stands("web", [{ on: "n1" }, { on: "n2", desired: "shutdown" }], { maxReplicasPerNode: 1 }),
        ),
        says: /n2 has its 1 replica/,
      },
    ],
  },
  "host-ports": {
    accepts: [
      { title: "it holds none", swarm: ports([], [HTTP]) },
      { title: "another port is taken", swarm: ports([HTTP], [{ port: 81, protocol: "tcp" }]) },
      {
        title: "the port is taken for another protocol",
        swarm: ports([HTTP], [{ port: 80, protocol: "udp" }]),
      },
      {
        title: "the task that held it has stopped",
        swarm: aSwarm(
          [aNode("n1"), aNode("n2")],
          stands("web", [{ on: "n1" }], { hostPorts: [HTTP] }),
          stands("other", [{ on: "n2", state: "shutdown" }], { hostPorts: [HTTP] }),
        ),
      },
    ],
    refuses: [
      {
        title: "one of its ports is taken",
        swarm: ports([{ port: 443, protocol: "tcp" }, HTTP], [HTTP]),
        says: /port 80\/tcp of n2 is taken/,
      },
      {
        title: "a copy of its own holds it there",
        swarm: copies(["n1", "n2"], { hostPorts: [HTTP] }),
        says: /port 80\/tcp of n2 is taken/,
      },
    ],
  },
  apart: {
    accepts: [
      { title: "no copy there", swarm: copies(["n1"]) },
      { title: "two here, none there", swarm: copies(["n1", "n1"]) },
      { title: "three here, two there", swarm: copies(["n1", "n1", "n1", "n2", "n2"]) },
    ],
    refuses: [
      { title: "one here, one there", swarm: copies(["n1", "n2"]), says: /n2 runs 1 copy of it already/ },
      { title: "two here, two there", swarm: copies(["n1", "n1", "n2", "n2"]), says: /n2 runs 2 copy/ },
      { title: "one here, two there", swarm: copies(["n1", "n2", "n2"]), says: /n2 runs 2 copy/ },
    ],
  },
  steerable: {
    accepts: [
      { title: "a single replica", swarm: copies(["n1"]) },
      { title: "a single replica, spread", swarm: copies(["n1"], { spreadOver: ["node.labels.zone"] }) },
      { title: "the other copy stands elsewhere", swarm: copies(["n1", "n3"]) },
      { title: "the other copy stands here", swarm: copies(["n1", "n1"]) },
      { title: "fewer there than anywhere else", swarm: copies(["n1", "n1", "n2", "n3", "n3"]) },
    ],
    refuses: [
      {
        title: "another node has as few copies",
        swarm: copies(["n1", "n1", "n2", "n3"]),
        says: /Swarm might choose n3 instead/,
      },
      {
        title: "another node has fewer copies",
        swarm: copies(["n1", "n1", "n1", "n2", "n2", "n3"]),
        says: /Swarm might choose n3 instead/,
      },
      {
        title: "several replicas, spread",
        swarm: copies(["n1", "n3"], { spreadOver: ["node.labels.zone"] }),
        says: /spread over node\.labels\.zone/,
      },
    ],
  },
};

/** `web` with one copy on each node named. */
function copies(nodes: readonly string[], over: Partial<Service> = {}): Snapshot {
  const standing = stands(
    "web",
    nodes.map((on) => ({ on })),
    over,
  );
  return aSwarm([aNode("n1"), aNode("n2"), aNode("n3")], standing);
}

function ports(own: readonly HostPort[], there: readonly HostPort[]): Snapshot {
  return aSwarm(
    [aNode("n1"), aNode("n2")],
    stands("web", [{ on: "n1" }], { hostPorts: own }),
    stands("other", [{ on: "n2" }], { hostPorts: there }),
  );
}
