import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { BALLAST } from "../common/metrics/names.ts";
import { productVersion } from "../common/version.ts";
import { createApiMetrics, type ApiMetrics } from "./api-metrics.ts";
import { REFUSERS } from "./decide/refusers.ts";
import { GOVERNORS, type GovernorState } from "./govern/admit.ts";
import { BREAKER_STATES } from "./govern/breaker.ts";
import type { Decision } from "./domain/decision.ts";
import { MODES, type Mode } from "./domain/policy.ts";
import { VERDICTS, type JournalState, type MoveVerdict } from "./journal/journal.ts";
import { MOVE_OUTCOMES, type MoveResult } from "./ports.ts";

/** The scheduler's own metrics: one function per event of the field, so that log, journal and metrics agree. */
export interface SchedulerMetrics extends ApiMetrics {
  readonly registry: Registry;
  readonly decided: (decision: Decision) => void;
  readonly moved: (result: MoveResult) => void;
  readonly journaled: (state: JournalState) => void;
  readonly recovered: () => void;
  /** A planned move that the governor held back, by the name of its rule. */
  /** A round looked: whether the manager beside this scheduler leads the swarm. */
  readonly led: (leads: boolean) => void;
  /** A landed move was judged by its effect. */
  readonly judged: (outcome: MoveVerdict["outcome"]) => void;
  readonly refused: (filter: string) => void;
  /** The configuration was read anew: whether it could be taken up. */
  readonly reloaded: (ok: boolean) => void;
  readonly governed: (state: GovernorState) => void;
}

// From a second (image present, no health check) to minutes (image pulled, slow start).
const MOVE_SECONDS = [1, 2, 4, 8, 15, 30, 60, 120, 300, 600];

export function createMetrics(mode: Mode): SchedulerMetrics {
  const registry = new Registry();
  const own = instruments(registry);
  for (const each of MODES) own.mode.set({ mode: each }, each === mode ? 1 : 0);
  // prom-client starts a gauge without labels at 0, which would read as level, or as shut.
  for (const one of [
    own.imbalance,
    own.plannedMoves,
    own.atOnce,
    own.open,
    own.movesHour,
    own.journalHealthy,
    own.journalBytes,
  ])
    one.remove();
  // From the start, so that `increase()` sees the first one of each.
  for (const outcome of MOVE_OUTCOMES) own.moves.inc({ outcome }, 0);
  for (const outcome of VERDICTS) own.verdicts.inc({ outcome }, 0);
  for (const filter of [...REFUSERS, ...GOVERNORS]) own.refusals.inc({ filter }, 0);
  own.buildInfo.set({ version: productVersion() }, 1);
  own.reloadSuccessful.set(1);
  return {
    registry,
    ...createApiMetrics(registry),
    decided: (decision) => {
      own.decisions.inc({ outcome: decision.outcome, reason: decision.cause });
      for (const refusal of decision.refusals) own.refusals.inc({ filter: refusal.filter });
      showState(own, decision);
    },
    moved: (result) => {
      own.moves.inc({ outcome: result.outcome });
      own.collateral.inc(result.collateral);
      own.moveDuration.observe(result.seconds);
    },
    led: (leads) => {
      own.leader.set(Number(leads));
    },
    judged: (outcome) => {
      own.verdicts.inc({ outcome });
    },
    refused: (filter) => {
      own.refusals.inc({ filter });
    },
    governed: ({ breaker, atOnce, opening, movesWithinHour }) => {
      for (const state of BREAKER_STATES) own.breaker.set({ state }, state === breaker.state ? 1 : 0);
      own.atOnce.set(atOnce);
      own.open.set(opening.open ? 1 : 0);
      own.movesHour.set(movesWithinHour);
    },
    journaled: ({ healthy, bytes }) => {
      own.journalHealthy.set(healthy ? 1 : 0);
      own.journalBytes.set(bytes);
    },
    reloaded: (ok) => {
      own.reloadSuccessful.set(ok ? 1 : 0);
    },
    recovered: () => {
      own.recovered.inc();
    },
  };
}

type Instruments = ReturnType<typeof instruments>;

function instruments(registry: Registry) {
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });
  return {
    buildInfo: gauge(BALLAST.buildInfo, "1, with the version that runs.", ["version"]),
    mode: gauge(BALLAST.mode, "1 for the mode in force, 0 for the others.", ["mode"]),
    imbalance: gauge(BALLAST.imbalance, "How uneven the nodes are: 0 level, 1 all load on one.", []),
    nodeLoad: gauge(BALLAST.nodeLoad, "Load a decision counts with, as a share of capacity.", [
      "node",
      "resource",
    ]),
    goalCost: gauge(
      BALLAST.goalCost,
      "Cost of a goal: as it is now, as the last plan would leave it, and the least that any could.",
      ["goal", "at"],
    ),
    plannedMoves: gauge(BALLAST.plannedMoves, "Moves of the last plan.", []),
    inputAge: gauge(BALLAST.inputAge, "Age of the oldest part of an input of the last decision.", ["source"]),
    inputTrusted: gauge(
      BALLAST.inputTrusted,
      "1 if every input of the last decision was whole and fresh.",
      [],
    ),
    decisions: counter(BALLAST.decisions, "Decisions, by outcome and by what decided it.", [
      "outcome",
      "reason",
    ]),
    refusals: counter(BALLAST.refusals, "Moves that a hard rule refused, by rule.", ["filter"]),
    moves: counter(BALLAST.moves, "Moves that ended, by how.", ["outcome"]),
    collateral: counter(BALLAST.collateral, "Tasks that Swarm restarted and were not to be moved.", []),
    leader: gauge(BALLAST.leader, "1 beside the manager that leads the swarm: only there does it act.", []),
    verdicts: counter(BALLAST.verdicts, "Landed moves that were judged by their effect, by verdict.", [
      "outcome",
    ]),
    recovered: counter(BALLAST.orphansRecovered, "Moves of an earlier run that were finished or undone.", []),
    breaker: gauge(BALLAST.breaker, "1 for the circuit breaker's state, 0 for the others.", ["state"]),
    atOnce: gauge(BALLAST.atOnce, "Moves that may run at once, at the present pace.", []),
    open: gauge(BALLAST.open, "1 when moves are welcome by maintenance windows and blackouts, else 0.", []),
    movesHour: gauge(BALLAST.movesHour, "Moves begun within the last hour.", []),
    journalHealthy: gauge(BALLAST.journalHealthy, "1 while the journal can be written, else 0.", []),
    journalBytes: gauge(BALLAST.journalBytes, "Size of the journal.", []),
    reloadSuccessful: gauge(
      BALLAST.reloadSuccessful,
      "1 when the configuration could be taken up the last time that it was read, else 0.",
      [],
    ),
    moveDuration: new Histogram({
      name: BALLAST.moveDuration,
      help: "From a move's first write to its last.",
      buckets: MOVE_SECONDS,
      registers,
    }),
  };
}

/** A state that is not known is absent, never the last one that was. */
function showState(own: Instruments, decision: Decision): void {
  own.nodeLoad.reset();
  for (const node of decision.nodes) {
    for (const [resource, { ratio }] of Object.entries(node.load ?? {}))
      own.nodeLoad.set({ node: node.hostname, resource }, ratio);
  }
  if (decision.imbalance === null) own.imbalance.remove();
  else own.imbalance.set(decision.imbalance);
  own.goalCost.reset();
  for (const { goal, before, after, least } of decision.goals) {
    own.goalCost.set({ goal, at: "now" }, before);
    own.goalCost.set({ goal, at: "planned" }, after);
    own.goalCost.set({ goal, at: "least" }, least);
  }
  own.plannedMoves.set(decision.moves.length);
  own.inputAge.reset();
  for (const { source, ageSeconds } of decision.inputs) {
    if (ageSeconds !== null) own.inputAge.set({ source }, ageSeconds);
  }
  own.inputTrusted.set(decision.inputs.every((input) => input.doubts.length === 0) ? 1 : 0);
}
