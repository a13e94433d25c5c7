import type { Evidence, Move, Peaks, PlannedMove } from "../../domain/decision.ts";
import type { Context } from "../candidates.ts";
import { peaksOf } from "../load.ts";
import { draftOf, moveWithin, type View } from "../view.ts";

/** A move before it has its place among the others. */
export interface ProposedMove extends Move {
  readonly goal: string;
  readonly gain: number | null;
  readonly price: number | null;
}

/** Moves in their order, each with its evidence and its batch. `view`: the swarm before the first. */
export function plannedMoves(
  view: View,
  moves: readonly ProposedMove[],
  context: Context,
): readonly PlannedMove[] {
  const draft = draftOf(view);
  const order = orderOf(moves);
  return moves.map((move, at) => {
    const [fromBefore, toBefore] = peaksOn(draft, move, context);
    moveWithin(draft, move);
    const [fromAfter, toAfter] = peaksOn(draft, move, context);
    const evidence: Evidence = {
      at: new Date(context.measuredAtMs).toISOString(),
      fromBefore,
      fromAfter,
      toBefore,
      toAfter,
    };
    return { ...move, batch: order[at]?.batch ?? 0, unlocks: order[at]?.unlocks ?? [], evidence };
  });
}

function peaksOn(view: View, { from, to }: Move, { policy }: Context): readonly [Peaks | null, Peaks | null] {
  const peaksOfNode = (nodeId: string): Peaks | null => {
    const node = view.nodes.get(nodeId);
    if (node?.profile == null || node.capacity === null) return null;
    return peaksOf(node.profile, node.capacity, view.timeline, policy.marks);
  };
  return [peaksOfNode(from), peaksOfNode(to)];
}

interface Turn {
  readonly batch: number;
  readonly unlocks: string[];
}

/**
 * By move, its batch. A move waits for an earlier one of the same service, which is written to once at a time, and for
 * those that leave the node it goes to, whose room it may need: while both run, both copies of a task count. It is never
 * before one that goes to the same node, which was found room there first.
 */
function orderOf(moves: readonly ProposedMove[]): readonly Turn[] {
  const lastOfService = new Map<string, Turn>();
  const leaving = new Map<string, Turn[]>();
  const arriving = new Map<string, number>();
  return moves.map((move) => {
    const makeRoom = leaving.get(move.to) ?? [];
    for (const { unlocks } of makeRoom) unlocks.push(move.taskId);
    const earlier = lastOfService.get(move.serviceId);
    const awaited = earlier === undefined ? makeRoom : [...makeRoom, earlier];
    const next = Math.max(-1, ...awaited.map(({ batch }) => batch)) + 1;
    const turn: Turn = { batch: Math.max(next, arriving.get(move.to) ?? 0), unlocks: [] };
    arriving.set(move.to, turn.batch);
    lastOfService.set(move.serviceId, turn);
    leaving.set(move.from, [...(leaving.get(move.from) ?? []), turn]);
    return turn;
  });
}
