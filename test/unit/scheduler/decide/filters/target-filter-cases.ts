import { IMAGE_CASES } from "./image-cases.ts";
import { PLACEMENT_CASES } from "./target-placement-cases.ts";
import { NO_MEMORY, type Lesson } from "../../../../../scheduler/domain/memory.ts";
import type { Node } from "../../../../../scheduler/domain/node.ts";
import type { Policy } from "../../../../../scheduler/domain/policy.ts";
import type { Resources } from "../../../../../scheduler/domain/resources.ts";
import type { Service } from "../../../../../scheduler/domain/service.ts";
import type { Snapshot } from "../../../../../scheduler/domain/snapshot.ts";
import { aNode, aSwarm, GIB, NOW, stands, without } from "../../../../support/swarm-builder.ts";
import type { FilterCases } from "./filter-case.ts";

function taught(over: Partial<Lesson>): Snapshot {
  const lesson = {
    serviceId: "web",
    node: "n2",
    untilMs: NOW + 60_000,
    detail: "a move of it there went wrong",
  };
  return { ...toNode({}), memory: { ...NO_MEMORY, lessons: [{ ...lesson, ...over }] } };
}

/** One case or more, both ways, for each filter of TARGET_FILTERS, by its name. */
export const TARGET_FILTER_CASES: Readonly<Record<string, FilterCases>> = {
  ...PLACEMENT_CASES,
  image: IMAGE_CASES,
  "node-state": {
    accepts: [{ title: "ready and active", swarm: toNode({}) }],
    refuses: [
      { title: "down", swarm: toNode({ state: "down" }), says: /n2 is down/ },
      { title: "unknown", swarm: toNode({ state: "unknown" }), says: /n2 is unknown/ },
      { title: "disconnected", swarm: toNode({ state: "disconnected" }), says: /n2 is disconnected/ },
      { title: "paused", swarm: toNode({ availability: "pause" }), says: /n2 is set to pause/ },
      { title: "drained", swarm: toNode({ availability: "drain" }), says: /n2 is set to drain/ },
    ],
  },
  lesson: {
    accepts: [
      { title: "none was taught", swarm: toNode({}) },
      { title: "of another service", swarm: taught({ serviceId: "db" }) },
      { title: "of another node", swarm: taught({ node: "n3" }) },
      { title: "forgotten by now", swarm: taught({ untilMs: NOW }) },
    ],
    refuses: [
      {
        title: "a move there went wrong",
        swarm: taught({}),
        says: /a move of it there went wrong; not before 2026-01-15T12:01:00/,
      },
    ],
  },
  constraints: {
    accepts: [
      { title: "none", swarm: toNode({}) },
      {
        title: "all hold",
        swarm: toNode(
          { labels: { disk: "ssd" } },
          { constraints: ["node.labels.disk==ssd", "node.role==worker"] },
        ),
      },
    ],
    refuses: [
      {
        title: "one does not hold",
        swarm: toNode({}, { constraints: ["node.role==worker", "node.labels.disk==ssd"] }),
        says: /the constraint node\.labels\.disk==ssd keeps it off n2/,
      },
    ],
  },
  platform: {
    accepts: [
      { title: "the image names none", swarm: toNode({}) },
      { title: "by the image's word for it", swarm: toNode({}, { platforms: [on("linux", "amd64")] }) },
      { title: "by the engine's word for it", swarm: toNode({}, { platforms: [on("linux", "x86_64")] }) },
      {
        title: "arm64 is aarch64",
        swarm: toNode({ platform: on("linux", "aarch64") }, { platforms: [on("linux", "arm64")] }),
      },
      {
        title: "one of several",
        swarm: toNode({}, { platforms: [on("windows", "amd64"), on("linux", "amd64")] }),
      },
      { title: "any architecture", swarm: toNode({}, { platforms: [on("linux", "")] }) },
      { title: "any system", swarm: toNode({}, { platforms: [on("", "amd64")] }) },
    ],
    refuses: [
      {
        title: "another architecture",
        swarm: toNode({}, { platforms: [on("linux", "arm64"), on("linux", "arm")] }),
        says: /no build for n2 \(linux\/x86_64\)/,
      },
      {
        title: "another system",
        swarm: toNode({}, { platforms: [on("windows", "amd64")] }),
        says: /no build/,
      },
      {
        title: "a system and an architecture of different builds",
        swarm: toNode({}, { platforms: [on("windows", "amd64"), on("linux", "arm64")] }),
        says: /no build/,
      },
    ],
  },
  reservations: {
    accepts: [
      { title: "nothing reserved, though the node is full", swarm: reserving(cores(0), [cores(4)]) },
      { title: "room to spare", swarm: reserving(cores(1), [cores(2)]) },
      { title: "an exact fit", swarm: reserving({ cpuCores: 2, memoryBytes: 8 * GIB }, [cores(2)]) },
      // 0.6 - (0.1 + 0.2) < 0.3 in floating point; Swarm counts in whole billionths of a core.
      {
        title: "an exact fit of decimal fractions",
        swarm: reserving(cores(0.3), [cores(0.1), cores(0.2)], { resources: cores(0.6) }),
      },
    ],
    refuses: [
      {
        title: "too little CPU",
        swarm: reserving(cores(2), [cores(3)]),
        says: /n2 has too little unreserved cpu/,
      },
      {
        title: "too little CPU by a billionth of a core",
        swarm: reserving(cores(1 + 1e-9), [cores(3)]),
        says: /cpu/,
      },
      {
        title: "too little memory",
        swarm: reserving({ cpuCores: 0, memoryBytes: 9 * GIB }, [{ cpuCores: 0, memoryBytes: 8 * GIB }]),
        says: /too little unreserved memory/,
      },
      {
        title: "CPU overdrawn, though only memory is reserved, as Swarm has it",
        swarm: reserving({ cpuCores: 0, memoryBytes: GIB }, [cores(5)]),
        says: /cpu/,
      },
    ],
  },
  settled: {
    accepts: [
      { title: "all measured", swarm: toNode({}) },
      { title: "a task left within the window", swarm: leftNode2() },
      { title: "a task there is not measured yet, but another of its service is", swarm: siblingOnNode2() },
    ],
    refuses: [
      { title: "its agent is not measured", swarm: unmeasuredNode(), says: /n2 is not known: its agent/ },
      {
        title: "of a task there nothing is known yet",
        swarm: arrivedOnNode2(),
        says: /1 task\(s\) there not/,
      },
    ],
  },
  headroom: {
    accepts: [
      { title: "below the target mark", swarm: loading(1, 1) },
      { title: "just at the target mark", swarm: loading(1, 2), policy: marks(0.75, 0.6) },
    ],
    refuses: [
      {
        title: "CPU above the target mark",
        swarm: loading(1, 2),
        policy: marks(0.74, 0.6),
        says: /bring n2 to 75 % cpu, above 74 %/,
      },
      {
        title: "memory above the target mark",
        swarm: loading(1, 1),
        policy: marks(0.6, 0.1),
        says: /bring n2 to 13 % memory, above 10 %/,
      },
      { title: "its capacity is not known", swarm: unmeasuredNode(), says: /capacity of n2 is not known/ },
    ],
  },
};

function on(os: string, architecture: string): Node["platform"] {
  return { os, architecture };
}

function cores(cpuCores: number): Resources {
  return { cpuCores, memoryBytes: 0 };
}

function marks(cpu: number, memory: number): Pick<Policy, "marks"> {
  const high = { high: 0.9, quantile: 1 };
  return { marks: { cpu: { ...high, target: cpu }, memory: { ...high, target: memory } } };
}

function toNode(node: Partial<Node>, service: Partial<Service> = {}): Snapshot {
  return aSwarm([aNode("n1"), aNode("n2", node)], stands("web", [{ on: "n1", cpu: 1 }], service));
}

/** `web` wants the amount; services on n2 hold the others. */
function reserving(wanted: Resources, held: readonly Resources[], node: Partial<Node> = {}): Snapshot {
  return aSwarm(
    [aNode("n1"), aNode("n2", node)],
    stands("web", [{ on: "n1" }], { reservations: wanted }),
    ...held.map((reservations, index) => stands(`held${index}`, [{ on: "n2" }], { reservations })),
  );
}

/** `web` uses so many cores and a GiB each; `other`, on n2, likewise. */
function loading(web: number, other: number): Snapshot {
  return aSwarm(
    [aNode("n1"), aNode("n2")],
    stands("web", [{ on: "n1", cpu: web, gib: web }]),
    stands("other", [{ on: "n2", cpu: other, gib: other }]),
  );
}

function unmeasuredNode(): Snapshot {
  const swarm = toNode({});
  return { ...swarm, nodeUsage: without(swarm.nodeUsage, "n2") };
}

function arrivedOnNode2(): Snapshot {
  const swarm = loading(1, 1);
  return { ...swarm, taskUsage: without(swarm.taskUsage, "other.1") };
}

function siblingOnNode2(): Snapshot {
  const young = { on: "n2", stateSinceMs: NOW - 1000 };
  const other = stands("other", [{ on: "n1", cpu: 1 }, young]);
  const swarm = aSwarm([aNode("n1"), aNode("n2")], stands("web", [{ on: "n1", cpu: 1 }]), other);
  return { ...swarm, taskUsage: without(swarm.taskUsage, "other.2") };
}

function leftNode2(): Snapshot {
  const left = { on: "n2", state: "shutdown", desired: "shutdown", stateSinceMs: NOW - 1000 };
  return aSwarm([aNode("n1"), aNode("n2")], stands("web", [{ on: "n1" }]), stands("other", [left]));
}
