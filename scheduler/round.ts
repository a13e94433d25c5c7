import { SYSTEM_CLOCK, type Clock } from "./clock.ts";
import type { Creations } from "./creations.ts";
import type { Decision } from "./domain/decision.ts";
import { describeOrder, pauseOf } from "./domain/order.ts";
import { isSwarmKnown, isTrusted, type Snapshot } from "./domain/snapshot.ts";
import { isCreation } from "./domain/steer.ts";
import type { Governor } from "./governor.ts";
import type { Hindsight } from "./hindsight.ts";
import type { Journal, JournalEntry, MoveRecord } from "./journal/journal.ts";
import type { SchedulerMetrics } from "./metrics.ts";
import type { Observation, Observe } from "./observe/observer.ts";
import { UNREADABLE, type Mover, type MoveResult } from "./ports.ts";
import type { Thinker } from "./thinker/thinker.ts";
import { carryOutOrders, type OrderedParts } from "./ordered-moves.ts";
import { endOrders, type OrderParts } from "./standing-orders.ts";

/** What a round works with. */
export interface RoundParts extends OrderParts {
  readonly observe: Observe;
  readonly thinker: Pick<Thinker, "decide" | "recheck">;
  readonly mover: Mover;
  readonly governor: Governor;
  readonly hindsight: Hindsight;
  readonly creations: Creations;
  /** Told of each round's look, as soon as it is known whether this scheduler is the one to act. */
  readonly onLook: (seen: Observation) => void;
  readonly metrics: SchedulerMetrics;
  readonly journal: Journal;
  /** This machine's own unless told otherwise. */
  readonly clock?: Clock;
}

/**
 * One turn of the loop: observe, recover, decide, show, re-validate, act, record. Moves that a person ordered go first, a
 * batch a round; says whether there may be more of them, and so whether to look again at once.
 */
export async function runRound(parts: RoundParts, trigger: string, signal: AbortSignal): Promise<boolean> {
  const first = await parts.observe();
  const recovered = await recoverOrphans(parts, first, signal);
  const seen = recovered.length > 0 ? await parts.observe() : first;
  parts.onLook(seen);
  if (seen.leads)
    for (const { outcome } of parts.hindsight.judge(seen.snapshot)) parts.metrics.judged(outcome);
  if (seen.leads && !signal.aborted) await endOrders(parts, seen.snapshot, nowOf(parts));
  if (
    seen.leads &&
    !signal.aborted &&
    (await carryOutOrders(orderedParts(parts), remembering(parts, seen.snapshot), nowOf(parts), signal))
  )
    return true;
  const decision = await parts.thinker.decide(remembering(parts, seen.snapshot), parts.policy, nowOf(parts));
  const planned = decision.outcome === "plan";
  const withheld = planned ? reasonToWithhold(parts, seen, decision, signal) : null;
  const entry: JournalEntry = { trigger, decision, leads: seen.leads, withheld, results: recovered };
  parts.metrics.decided(decision);
  parts.metrics.governed(parts.governor.state(seen.snapshot));
  parts.metrics.journaled(parts.journal.state());
  parts.journal.write(entry);
  parts.log.info(
    { decision: decision.id, outcome: decision.outcome, trigger, moves: decision.moves.length },
    decision.reason,
  );
  if (!planned || withheld !== null) return false;
  const carriedOut = await carryOut(parts, decision, signal);
  parts.journal.write({ ...entry, ...carriedOut, results: [...recovered, ...carriedOut.results] });
  return false;
}

function orderedParts(parts: RoundParts): OrderedParts {
  return {
    ...parts,
    onMoved: (result, { operation }) => {
      recordMove(parts, result, { decisionId: null, loadBefore: null, operation });
    },
  };
}

function reasonToWithhold(
  parts: RoundParts,
  { leads, snapshot }: Observation,
  { cause }: Decision,
  signal: AbortSignal,
): string | null {
  const { mode } = parts.policy;
  const pause = pauseOf(snapshot.orders, null, nowOf(parts));
  if (pause !== null) return describeOrder(pause, "paused");
  // The mode is about what Ballast does by itself; a drain is a person's order.
  if (mode !== "act" && cause !== "drain") return `mode is ${mode}`;
  if (!leads) return "standing by: another manager leads the swarm";
  return signal.aborted ? "told to stop" : null;
}

/**
 * Finishes or undoes moves that an earlier run left in the swarm. Whoever may act does so at once; in the other modes
 * only those of people's orders, and others when their own deadline is past, since until then someone else may be at it.
 */
async function recoverOrphans(
  parts: RoundParts,
  { snapshot, leads }: Observation,
  signal: AbortSignal,
): Promise<readonly MoveResult[]> {
  const { mover, policy, metrics, log } = parts;
  if (!leads) return [];
  for (const service of snapshot.services)
    if (service.steer !== null && isCreation(service.steer)) parts.creations.follow(service);
  const orphans = snapshot.services.filter(
    ({ id, steer }) =>
      steer !== null &&
      !isCreation(steer) &&
      (policy.mode === "act" || isOrdered(snapshot, id) || Date.parse(steer.deadline) < nowOf(parts)),
  );
  return Promise.all(
    orphans.map(async (service) => {
      log.warn({ service: service.name, move: service.steer?.moveId }, "found a move of an earlier run");
      const result = await mover.recover(service, snapshot.nodes, signal);
      // Of a label that nobody can read nothing is known to have been moved, however often it is met.
      if (result.moveId === UNREADABLE) {
        log.error({ service: service.name }, result.detail);
        return result;
      }
      metrics.recovered();
      recordMove(parts, result, { decisionId: null, loadBefore: null });
      return result;
    }),
  );
}

/** Whether a person's order may have been what moved the service. */
function isOrdered({ orders }: Snapshot, serviceId: string): boolean {
  return orders.some(
    (order) =>
      order.kind === "drain" ||
      (order.kind === "moves" && order.moves.some((move) => move.serviceId === serviceId)),
  );
}

/** What became of a plan: how its moves ended, and why some or all of them were not begun. */
type CarriedOut = Pick<JournalEntry, "withheld" | "results">;

/** Re-validates the plan on a fresh read, then moves one batch: each move is of another service. */
async function carryOut(parts: RoundParts, decision: Decision, signal: AbortSignal): Promise<CarriedOut> {
  const { snapshot: read, leads } = await parts.observe();
  const snapshot = remembering(parts, read);
  if (!leads) return dropped(parts, decision, "another manager leads the swarm since the plan was made");
  if (signal.aborted) return dropped(parts, decision, "told to stop");
  const isKnown = decision.cause === "drain" ? isSwarmKnown(snapshot) : isTrusted(snapshot);
  if (!isKnown) return dropped(parts, decision, "a fresh look cannot be trusted");
  const pause = pauseOf(snapshot.orders, null, nowOf(parts));
  if (pause !== null) return dropped(parts, decision, describeOrder(pause, "paused"));
  // A plan is carried out batch by batch: the next round sees what came of this one, and plans on.
  const batch = decision.moves.filter((move) => move.batch === 0).slice(0, parts.policy.movesPerRound);
  const rechecked = await parts.thinker.recheck(snapshot, parts.policy, nowOf(parts), batch);
  const { admitted, refusals } = parts.governor.admit(rechecked.moves, decision.cause, snapshot);
  for (const { filter } of refusals) parts.metrics.refused(filter);
  const withheld = [...rechecked.refusals, ...refusals]
    .map(({ service, filter, detail }) => `${service}: ${filter}: ${detail}`)
    .join("; ");
  if (withheld !== "") dropped(parts, decision, withheld);
  const results = await Promise.all(
    admitted.map(async (move) => {
      const result = await parts.mover.move(move, snapshot.nodes, signal);
      recordMove(parts, result, { decisionId: decision.id, loadBefore: loadOfNode(decision, move.from) });
      return result;
    }),
  );
  return { withheld: withheld === "" ? null : withheld, results };
}

function nowOf({ clock = SYSTEM_CLOCK }: RoundParts): number {
  return clock.now();
}

function remembering({ hindsight }: RoundParts, snapshot: Snapshot): Snapshot {
  return { ...snapshot, memory: hindsight.memory() };
}

function dropped({ log }: RoundParts, decision: Decision, why: string): CarriedOut {
  log.warn({ decision: decision.id, why }, "moves are dropped on a fresh look");
  return { withheld: why, results: [] };
}

function recordMove(
  parts: RoundParts,
  result: MoveResult,
  cause: Pick<MoveRecord, "decisionId" | "loadBefore" | "operation">,
): void {
  const { metrics, journal, log } = parts;
  metrics.moved(result);
  journal.moved({ ...result, ...cause, at: new Date(nowOf(parts)).toISOString() });
  log.info({ ...result }, `${result.service} from ${result.fromName} to ${result.toName}: ${result.outcome}`);
}

function loadOfNode({ nodes }: Decision, nodeId: string): MoveRecord["loadBefore"] {
  const load = nodes.find(({ id }) => id === nodeId)?.load;
  return load == null ? null : { cpu: load.cpu.ratio, memory: load.memory.ratio };
}
