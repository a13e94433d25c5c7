import type { Log } from "../common/log.ts";
import { recheckMove } from "./decide/candidates.ts";
import { decide } from "./decide/decide.ts";
import { afterMove, viewOf, type View } from "./decide/view.ts";
import type { Decision, Move } from "./domain/decision.ts";
import type { Policy } from "./domain/policy.ts";
import { isTrusted } from "./domain/snapshot.ts";
import type { JournalEntry } from "./journal.ts";
import type { SchedulerMetrics } from "./metrics.ts";
import type { Observation, Observe } from "./observe/observer.ts";
import type { Mover, MoveResult } from "./ports.ts";

/** What a round works with. */
export interface RoundParts {
  readonly observe: Observe;
  readonly mover: Mover;
  readonly policy: Policy;
  readonly metrics: SchedulerMetrics;
  readonly log: Log;
}

/** One turn of the loop: observe, recover, decide, re-validate, act, record. */
export async function runRound(
  parts: RoundParts,
  trigger: string,
  signal: AbortSignal,
): Promise<JournalEntry> {
  const first = await parts.observe();
  const recovered = await recoverOrphans(parts, first, signal);
  const seen = recovered.length > 0 ? await parts.observe() : first;
  const decision = decide(seen.snapshot, parts.policy, Date.now());
  parts.metrics.decided(decision);
  parts.log.info(
    { decision: decision.id, outcome: decision.outcome, trigger, moves: decision.moves.length },
    decision.reason,
  );
  const withheld = decision.outcome === "plan" ? reasonToWithhold(parts.policy, seen, signal) : null;
  const results =
    decision.outcome === "plan" && withheld === null ? await carryOut(parts, decision, signal) : [];
  return { trigger, decision, leads: seen.leads, withheld, results: [...recovered, ...results] };
}

function reasonToWithhold({ mode }: Policy, { leads }: Observation, signal: AbortSignal): string | null {
  if (mode !== "act") return `mode is ${mode}`;
  if (!leads) return "standing by: another manager leads the swarm";
  return signal.aborted ? "told to stop" : null;
}

/**
 * Finishes or undoes moves that an earlier run left in the swarm. Whoever may act does so at once; in the other modes
 * only when the move's own deadline is past, since until then someone else may be at it.
 */
async function recoverOrphans(
  { mover, policy, metrics, log }: RoundParts,
  { snapshot, leads }: Observation,
  signal: AbortSignal,
): Promise<readonly MoveResult[]> {
  if (!leads) return [];
  const orphans = snapshot.services.filter(
    ({ steer }) => steer !== null && (policy.mode === "act" || Date.parse(steer.deadline) < Date.now()),
  );
  return Promise.all(
    orphans.map(async (service) => {
      log.warn({ service: service.name, move: service.steer?.moveId }, "found a move of an earlier run");
      const result = await mover.recover(service, snapshot.nodes, signal);
      metrics.recovered();
      recordMove(metrics, log, result);
      return result;
    }),
  );
}

/** Re-validates the plan on a fresh read, then moves one batch: each move is of another service. */
async function carryOut(
  parts: RoundParts,
  decision: Decision,
  signal: AbortSignal,
): Promise<readonly MoveResult[]> {
  const { snapshot, leads } = await parts.observe();
  if (!leads || !isTrusted(snapshot)) {
    parts.log.warn({ decision: decision.id }, "the plan is dropped: a fresh look cannot be trusted");
    return [];
  }
  const batch = stillAllowed(parts, viewOf(snapshot, parts.policy.windowSeconds), decision.moves);
  return Promise.all(
    batch.map(async (move) => {
      const result = await parts.mover.move(move, snapshot.nodes, signal);
      recordMove(parts.metrics, parts.log, result);
      return result;
    }),
  );
}

/** The moves that hold on a fresh view, each with those before it already made. */
function stillAllowed(parts: RoundParts, view: View, moves: readonly Move[]): readonly Move[] {
  const [move, ...rest] = moves;
  if (move === undefined) return [];
  const refusal = recheckMove(view, move, { policy: parts.policy, nowMs: Date.now() });
  if (refusal === null) return [move, ...stillAllowed(parts, afterMove(view, move), rest)];
  parts.log.warn(
    { service: move.service, filter: refusal.filter },
    `dropped on a fresh look: ${refusal.detail}`,
  );
  return stillAllowed(parts, view, rest);
}

function recordMove(metrics: SchedulerMetrics, log: Log, result: MoveResult): void {
  metrics.moved(result);
  log.info({ ...result }, `${result.service} from ${result.fromName} to ${result.toName}: ${result.outcome}`);
}
