import type { Scenario } from "./scenario.ts";

// Each leaves Swarm no choice: among nodes that suit equally it takes any.

const on = (node: number) => `node.hostname==node${node}`;
const off = (...nodes: readonly number[]) => nodes.map((node) => `node.hostname!=node${node}`);

/** What the simulator is validated by: played on it and on a real swarm, they must come to the same. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "moves of the only copy, of one of two, and of one of two on the same node",
    steps: [
      { do: "create", service: { name: "solo", replicas: 1, constraints: [on(2)] } },
      { do: "write", service: "solo", change: { constraints: [] } },
      { do: "move", service: "solo", from: "node2", to: "node3" },
      { do: "create", service: { name: "pair", replicas: 2, constraints: off(1, 4) } },
      { do: "write", service: "pair", change: { constraints: [] } },
      { do: "move", service: "pair", from: "node2", to: "node4" },
      { do: "create", service: { name: "twins", replicas: 2, constraints: [on(2)] } },
      { do: "write", service: "twins", change: { constraints: [] } },
      { do: "move", service: "twins", from: "node2", to: "node3" },
      { do: "write", service: "twins", change: { revision: 2, order: "start-first", constraints: [on(4)] } },
      { do: "remove", service: "solo" },
    ],
  },
  {
    name: "a move that cannot start on its target",
    steps: [
      { do: "create", service: { name: "rare", replicas: 1, image: "scarce", constraints: [on(2)] } },
      { do: "write", service: "rare", change: { constraints: [] } },
      { do: "move", service: "rare", from: "node2", to: "node3" },
      { do: "create", service: { name: "rares", replicas: 2, image: "scarce", constraints: [on(2)] } },
      { do: "write", service: "rares", change: { constraints: [] } },
      { do: "move", service: "rares", from: "node2", to: "node4" },
    ],
  },
  {
    name: "deploys: start-first, stop-first, two at once, and back again",
    steps: [
      { do: "create", service: { name: "web", replicas: 2, constraints: [on(2)], order: "start-first" } },
      { do: "write", service: "web", change: { revision: 2 } },
      { do: "write", service: "web", change: { revision: 3, order: "stop-first" } },
      { do: "write", service: "web", change: { revision: 4, parallelism: 2 } },
      { do: "roll-back", service: "web" },
      { do: "write", service: "web", change: { constraints: [on(3)], revision: 4 } },
    ],
  },
  {
    name: "deploys that fail: paused, rolled back, and gone on with",
    steps: [
      {
        do: "create",
        service: { name: "calm", replicas: 2, constraints: [on(2)], order: "start-first", restart: "none" },
      },
      { do: "write", service: "calm", change: { crashes: true, revision: 2 } },
      { do: "write", service: "calm", change: { crashes: false, revision: 3 } },
      {
        do: "create",
        service: {
          name: "back",
          replicas: 1,
          constraints: [on(3)],
          order: "stop-first",
          restart: "none",
          onFailure: "rollback",
        },
      },
      { do: "write", service: "back", change: { crashes: true, revision: 2 } },
    ],
  },
  {
    name: "a node is lost and returns: it stays empty, but for what is pinned to it",
    steps: [
      { do: "create", service: { name: "free", replicas: 2, constraints: off(1, 4) } },
      { do: "write", service: "free", change: { constraints: off(1) } },
      { do: "create", service: { name: "pinned", replicas: 1, constraints: [on(2)] } },
      { do: "create", service: { name: "once", replicas: 1, constraints: [on(2)], restart: "none" } },
      { do: "create", service: { name: "every", replicas: null } },
      { do: "lose", node: "node2" },
      { do: "revive", node: "node2" },
    ],
  },
  {
    name: "a drain and its end",
    steps: [
      { do: "create", service: { name: "free", replicas: 2, constraints: off(1, 4), order: "start-first" } },
      { do: "write", service: "free", change: { constraints: off(1) } },
      { do: "create", service: { name: "pinned", replicas: 1, constraints: [on(3)] } },
      { do: "create", service: { name: "every", replicas: null, constraints: off(1) } },
      { do: "drain", node: "node3" },
      { do: "restore", node: "node3" },
    ],
  },
  {
    name: "scaling: down takes from the node with most copies",
    steps: [
      { do: "create", service: { name: "many", replicas: 2, constraints: [on(2)] } },
      { do: "write", service: "many", change: { constraints: off(1, 4), replicas: 3 } },
      { do: "write", service: "many", change: { constraints: off(1, 4), replicas: 2 } },
      { do: "write", service: "many", change: { replicas: 4 } },
      { do: "write", service: "many", change: { replicas: 0 } },
      { do: "write", service: "many", change: { replicas: 2 } },
    ],
  },
  {
    name: "labels: the enforcer, spread preferences, and what fits nowhere",
    steps: [
      { do: "label", node: "node2", labels: { zone: "a" } },
      { do: "label", node: "node3", labels: { zone: "b" } },
      { do: "label", node: "node4", labels: { zone: "b" } },
      {
        do: "create",
        service: {
          name: "zones",
          replicas: 2,
          constraints: off(1, 4),
          spreadOver: ["zone"],
          maxReplicasPerNode: 1,
        },
      },
      { do: "write", service: "zones", change: { replicas: 3, constraints: off(1) } },
      { do: "write", service: "zones", change: { replicas: 4 } },
      { do: "remove", service: "zones" },
      { do: "create", service: { name: "labelled", replicas: 1, constraints: ["node.labels.zone==a"] } },
      {
        do: "create",
        service: { name: "large", replicas: 1, constraints: off(1), reservedMegabytes: 4_000_000 },
      },
      { do: "label", node: "node2", labels: { zone: "b" } },
      { do: "label", node: "node4", labels: { zone: "a" } },
    ],
  },
];
