import { contextOf, mayLeave, refusalOfTarget, type Context } from "../../scheduler/decide/candidates.ts";
import { moveOrderOf } from "../../scheduler/domain/service.ts";
import { isTrusted, type Snapshot } from "../../scheduler/domain/snapshot.ts";
import type { Traveller } from "../../scheduler/decide/filters/filter.ts";
import { afterMove, serving, viewOf, type NodeView, type View } from "../../scheduler/decide/view.ts";
import type { Move } from "../../scheduler/domain/decision.ts";
import { partsOf } from "./ballast.ts";
import { everySo, type Policy } from "./policy.ts";

/** The deviation aimed at, as shares of capacity. */
const AIM = 0.1;
/** A move must lower it by so much. */
const LEAST_GAIN = 0.001;
/** As many at once as Ballast begins in a round. */
const MOST = 2;

/** Greedy on the standard deviation of the nodes' loads, as VMware's DRS. Where it moves, Ballast's mover does it. */
export const DRS: Policy = {
  name: "drs-like",
  about:
    "greedy on the standard deviation of CPU and memory over the nodes, down to 10 points, by the last five minutes; moved by Ballast's mover under its rules",
  start(ground) {
    const parts = partsOf(ground, { BALLAST_LOAD_HISTORY: "0s" }, (observe) => observe);
    return everySo(ground.swarm.clock, ground.actsFromMs, ground.lookSeconds, async (signal) => {
      const { snapshot } = await parts.observe();
      if (!isTrusted(snapshot)) return;
      const context = contextOf(snapshot, parts.policy, parts.clock.now());
      const moves = planOf(snapshot, context);
      await Promise.all(moves.map((move) => parts.mover.move(move, snapshot.nodes, signal)));
    });
  },
};

function planOf(snapshot: Snapshot, context: Context): readonly Move[] {
  let view = viewOf(snapshot);
  const moves: Move[] = [];
  while (moves.length < MOST) {
    const move = bestMove(view, context, new Set(moves.map(({ serviceId }) => serviceId)));
    if (move === null) break;
    moves.push(move);
    view = afterMove(view, move);
  }
  return moves;
}

interface Try {
  readonly traveller: Traveller;
  readonly target: NodeView;
  readonly gain: number;
}

/** The move that lowers the deviation most; null where it is low enough, or nothing lowers it. */
function bestMove(view: View, context: Context, moved: ReadonlySet<string>): Move | null {
  const nodes = serving(view).filter(({ used }) => used !== null);
  const spread = spreadOf(nodes);
  if (spread.cpu() <= AIM && spread.memory() <= AIM) return null;
  const tries: Try[] = [];
  for (const from of nodes)
    for (const task of from.tasks) {
      const answer = moved.has(task.serviceId) ? null : mayLeave(view, task, context);
      if (answer?.ok !== true) continue;
      for (const target of nodes) {
        if (target === from) continue;
        const gain = spread.gainOf(from, target, answer.traveller);
        if (gain >= LEAST_GAIN) tries.push({ traveller: answer.traveller, target, gain });
      }
    }
  const best = tries
    .toSorted((a, b) => b.gain - a.gain)
    .find(({ traveller, target }) => refusalOfTarget(traveller, target) === null);
  return best === undefined ? null : moveOf(best, view);
}

/** The standard deviations of what the nodes use, as shares, and what a move would lower them by. */
function spreadOf(nodes: readonly NodeView[]) {
  const cpu = deviation(nodes.map((node) => shareOf(node, "cpuCores")));
  const memory = deviation(nodes.map((node) => shareOf(node, "memoryBytes")));
  return {
    cpu: () => cpu.value,
    memory: () => memory.value,
    gainOf(from: NodeView, to: NodeView, { load }: Traveller): number {
      const changed = (by: "cpuCores" | "memoryBytes") =>
        [
          [shareOf(from, by), shareOf(from, by, -load[by])],
          [shareOf(to, by), shareOf(to, by, load[by])],
        ] as const;
      return cpu.value + memory.value - cpu.after(changed("cpuCores")) - memory.after(changed("memoryBytes"));
    },
  };
}

function deviation(shares: readonly number[]) {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  const of = (total: number, totalSquares: number): number =>
    Math.sqrt(Math.max(0, totalSquares / shares.length - (total / shares.length) ** 2));
  return {
    value: of(sum, squares),
    after(changes: readonly (readonly [before: number, after: number])[]): number {
      const total = changes.reduce((so, [before, after]) => so + after - before, sum);
      const totalSquares = changes.reduce((so, [before, after]) => so + after ** 2 - before ** 2, squares);
      return of(total, totalSquares);
    },
  };
}

function shareOf({ used, capacity }: NodeView, by: "cpuCores" | "memoryBytes", more = 0): number {
  return ((used?.[by] ?? 0) + more) / (capacity?.[by] ?? Infinity);
}

function moveOf({ traveller: { service, task, load }, target: { node } }: Try, view: View): Move {
  return {
    serviceId: service.id,
    service: service.name,
    taskId: task.id,
    slot: task.slot,
    from: task.nodeId,
    to: node.id,
    fromName: view.nodes.get(task.nodeId)?.node.hostname ?? task.nodeId,
    toName: node.hostname,
    load,
    order: moveOrderOf(service),
    reason: "it lowers the standard deviation most",
  };
}
