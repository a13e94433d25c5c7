import { percent } from "./screen/table.ts";
import type { View } from "./view.ts";

/** The machine that the demo runs on: all nodes share it. */
export interface Machine {
  readonly cores: number;
  readonly load: number;
}

/** Level, and by Ballast's doing: every node measured, none above its mark, and a move landed. */
export function isLevel({ nodes, underWay, finished, last }: View, wantedNodes: number): boolean {
  return (
    last?.outcome === "level" &&
    nodes.length >= wantedNodes &&
    nodes.every(({ cpu }) => cpu !== null) &&
    underWay.length === 0 &&
    finished.some(({ outcome }) => outcome === "landed")
  );
}

/** Why the swarm is not level after all that time. `hottest` is the highest CPU share seen of any node. */
export function whyNotLevel(
  { finished, last, underWay }: View,
  hottest: number,
  high: number,
  machine: Machine,
): string {
  if (finished.length === 0 && underWay.length === 0 && hottest <= high) {
    return (
      `no node went above its high mark of ${percent(high)} cpu (at the most ${percent(hottest)}), so there was nothing to ` +
      `level: tasks get less than they ask for when the machine is busy with other work (its load is ` +
      `${machine.load.toFixed(1)} on ${machine.cores} cores)`
    );
  }
  const landed = finished.filter(({ outcome }) => outcome === "landed").length;
  const state = last === null ? "Ballast decided nothing" : `Ballast says ${last.outcome}: ${last.reason}`;
  return `${landed} of ${finished.length} finished moves landed, ${underWay.length} under way; ${state}`;
}
