import type { Regret } from "../../domain/memory.ts";
import { isRunning } from "../../domain/task.ts";
import { mayLeave, refusalOfTarget, type Context } from "../candidates.ts";
import { afterMove, type View } from "../view.ts";
import type { Relief } from "./relief.ts";
import { moveTo } from "./target.ts";

/** Takes moves back that made things worse, each to the node it came from, where every rule allows it. */
export function takeBack(start: View, context: Context): Relief {
  return start.regrets.reduce<Relief>(
    (so, regret) => (so.moves.length < context.policy.movesPerRound ? withReturn(so, regret, context) : so),
    { moves: [], view: start, refusals: [] },
  );
}

function withReturn(so: Relief, regret: Regret, context: Context): Relief {
  const { view, moves, refusals } = so;
  const origin = view.nodes.get(regret.from);
  const task = (view.tasksOf.get(regret.serviceId) ?? []).find(
    (copy) => copy.nodeId === regret.to && isRunning(copy),
  );
  const isMoving = moves.some(({ serviceId }) => serviceId === regret.serviceId);
  if (origin === undefined || task === undefined || isMoving) return so;
  const answer = mayLeave(view, task, context, origin.node.id);
  if (answer === null) return so;
  const refusal = answer.ok ? refusalOfTarget(answer.traveller, origin) : answer.refusal;
  if (!answer.ok || refusal !== null)
    return { ...so, refusals: [...refusals, ...(refusal === null ? [] : [refusal])] };
  const move = moveTo(answer.traveller, origin, "regret", `taken back: ${regret.detail}`);
  return { moves: [...moves, move], view: afterMove(view, move), refusals };
}
