import type { Series } from "../../scheduler/domain/history.ts";
import type { Policy } from "../../scheduler/domain/policy.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";
import { seeded } from "../../scheduler/engine/random.ts";
import { aNode, aPolicy, aService, aTask, GIB } from "../../test/support/swarm-builder.ts";
import { snapshotOf } from "./made-up.ts";

/** Overload alone, always: what the exact solver knows. */
export const OPTIMUM_POLICY: Policy = aPolicy({
  goals: ["overload"],
  evenBand: 0.2,
  marks: {
    cpu: { high: 0.8, target: 0.7, quantile: 1 },
    memory: { high: 0.85, target: 0.75, quantile: 1 },
  },
});

const POINTS = 3;
const ZONES = ["a", "b"];

/**
 * A small cluster with something to mend: 3 to 5 nodes of two sizes, 6 to 14 services of one task, piled up on some of
 * the nodes; loads that follow the day; some services kept to one zone.
 */
export function smallClusterOf(seed: number): Snapshot {
  const random = seeded(seed * 7919 + 1);
  const count = 3 + Math.floor(random() * 3);
  const nodes = Array.from({ length: count }, (_, at) => {
    const cpuCores = random() < 0.7 ? 4 : 8;
    const resources = { cpuCores, memoryBytes: cpuCores * 4 * GIB };
    return aNode(`n${at}`, { resources, labels: { zone: ZONES[at % ZONES.length] ?? "a" } });
  });
  const services = Array.from({ length: 6 + Math.floor(random() * 9) }, (_, at) => {
    const zone = random() < 0.15 ? ZONES[Math.floor(random() * ZONES.length)] : undefined;
    return aService(`s${at}`, zone === undefined ? {} : { constraints: [`node.labels.zone==${zone}`] });
  });
  const crowded = 1 + Math.floor(random() * (count - 1));
  const tasks = services.map(({ id, constraints }) => {
    const allowed = nodes.filter(({ labels }) =>
      constraints.every((each) => each.endsWith(`==${labels["zone"] ?? ""}`)),
    );
    const piled = allowed.filter((_, at) => at < crowded);
    const choice = random() < 0.75 && piled.length > 0 ? piled : allowed;
    return aTask(`${id}.1`, { nodeId: choice[Math.floor(random() * choice.length)]?.id ?? "n0" });
  });
  return snapshotOf({
    nodes,
    services,
    placed: tasks.map((task) => ({ task, series: seriesFrom(random) })),
    points: POINTS,
    beside: () => ({ cpuCores: 0.1, memoryBytes: GIB / 2 }),
  });
}

function seriesFrom(random: () => number): Series {
  const cpu = 0.1 + random() ** 2 * 1.8;
  const gib = 0.2 + random() ** 2 * 5;
  const [hour, swing] = [random(), random() * 0.6];
  const day = (at: number): number => 1 + swing * Math.sin(2 * Math.PI * (at / POINTS + hour));
  return {
    cpuCores: Float32Array.from({ length: POINTS }, (_, at) => cpu * day(at)),
    memoryBytes: new Float32Array(POINTS).fill(gib * GIB),
  };
}
