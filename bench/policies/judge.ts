import { marksFor, type Policy } from "../../scheduler/domain/policy.ts";
import type { NodeScore, PlannedMove } from "../../scheduler/domain/decision.ts";
import type { JournalEntry, MoveRecord } from "../../scheduler/journal/journal.ts";

/** What a journal holds that moves are judged by, oldest first. */
export interface Kept {
  /** Every decision. Of most it does what they were after and how nodes stood. */
  readonly entries: readonly Pick<JournalEntry, "decision">[];
  readonly moves: readonly MoveRecord[];
}

/** How moves are judged. */
export interface Terms {
  /** A task's moves within this time of each other need a cause: what a move is weighed over, which is the history. */
  readonly horizonSeconds: number;
  readonly marks: Policy["marks"];
  /** Moves that one call may take: as many tasks as a node has on average. */
  readonly movesPerCall: number;
  /** When loads ceased to change, in milliseconds since 1970; null: never. */
  readonly stillFromMs: number | null;
}

/** A task's move that came too soon after another of it. */
interface Repeat {
  readonly service: string;
  readonly slot: number;
  readonly first: string;
  readonly second: string;
  readonly hoursApart: number;
  /** What the journal names as the cause; null where it names none that counts. */
  readonly cause: string | null;
}

/** One day of moves. */
interface DayOfMoves {
  readonly day: string;
  /** Moves for the sake of load: to mend an overload, to even out, to make room. */
  readonly forLoad: number;
  /** Nodes above a mark, or apart from the others, at its beginning, and that came to be so: each calls for moves once. */
  readonly calls: number;
}

/** What the journal says of a run. */
export interface Judgement {
  readonly landed: number;
  readonly repeats: readonly Repeat[];
  readonly days: readonly DayOfMoves[];
  /** Moves of the time in which nothing changes any more, the horizon being over since it ceased. */
  readonly movesWhenStill: number;
  /** One sentence for each thing that must not be; empty when all is well. */
  readonly faults: readonly string[];
}

interface Made {
  readonly record: MoveRecord;
  readonly planned: PlannedMove;
  readonly pursues: readonly string[];
  readonly atMs: number;
}

const HOUR_MS = 3_600_000;

/**
 * Judges landed moves by the journal alone. A task is known by its service and the node where it landed; of several copies
 * there, any may be it, since Swarm picks. Causes that count for a second move within the horizon:
 * a person's drain; a regret, whose verdict the journal has; a target that was away since the first move, or not measured when that was planned;
 * or an overload that the first move's evidence did not foresee, unless the task goes back where it came from.
 */
export function judge({ entries, moves }: Kept, terms: Terms): Judgement {
  const made = madeOf(entries, moves);
  const repeats = made.flatMap((second, at) => {
    const first = made.slice(0, at).findLast((each) => isSameTask(each, second));
    const apartMs = first === undefined ? Infinity : second.atMs - first.atMs;
    if (first === undefined || apartMs > terms.horizonSeconds * 1000) return [];
    return [repeatOf(first, second, causeOf(first, second, entries, terms))];
  });
  const days = daysOf(entries, made);
  const quietFromMs = terms.stillFromMs === null ? Infinity : terms.stillFromMs + terms.horizonSeconds * 1000;
  const movesWhenStill = made.filter(({ atMs }) => atMs >= quietFromMs).length;
  const faults = [
    ...repeats
      .filter(({ cause }) => cause === null)
      .map(
        ({ service, slot, first, second, hoursApart }) =>
          `${service}.${slot} moved twice within ${hoursApart} h without a cause: ${first}; ${second}`,
      ),
    ...days
      .filter(({ forLoad, calls }) => forLoad > calls * terms.movesPerCall)
      .map(({ day, forLoad, calls }) => `${day}: ${forLoad} moves for load where ${calls} call(s) came up`),
    ...(movesWhenStill > 0 ? [`${movesWhenStill} moves although nothing changed any more`] : []),
  ];
  return { landed: made.length, repeats, days, movesWhenStill, faults };
}

function madeOf(entries: Kept["entries"], moves: readonly MoveRecord[]): readonly Made[] {
  const decisions = new Map(entries.map(({ decision }) => [decision.id, decision]));
  return moves.flatMap((record): Made[] => {
    if (record.outcome !== "landed") return [];
    const decision = decisions.get(record.decisionId ?? "");
    const planned = decision?.moves.find(
      ({ serviceId, from, to }) =>
        serviceId === record.serviceId && from === record.fromId && to === record.toId,
    );
    return decision === undefined || planned === undefined
      ? []
      : [{ record, planned, pursues: decision.pursues, atMs: Date.parse(record.at) }];
  });
}

/** One that a deploy, a crash or a failure had placed elsewhere meanwhile was moved by Swarm, and is not moved again. */
function isSameTask(first: Made, second: Made): boolean {
  return first.record.serviceId === second.record.serviceId && first.record.toId === second.record.fromId;
}

function causeOf(first: Made, second: Made, entries: Kept["entries"], terms: Terms): string | null {
  const { planned } = second;
  if (planned.goal === "drain" || planned.goal === "regret") return planned.goal;
  const { decisionId } = first.record;
  const isBack = entries.some(({ decision: { id, at, nodes } }) => {
    const atMs = Date.parse(at);
    const target = nodes.find((node) => node.id === planned.to);
    if (target === undefined || atMs >= second.atMs) return false;
    return id === decisionId
      ? target.notes.length > 0 || isAway(target)
      : atMs >= first.atMs && isAway(target);
  });
  if (isBack) return `${planned.toName} could not be had and is back`;
  const isReturn = planned.to === first.planned.from && first.planned.goal !== "drain";
  if (isReturn) return null;
  return unforeseen(first, second, terms);
}

function isAway({ state, notes }: NodeScore): boolean {
  return state !== "ready" || notes.some((note) => note.startsWith("availability is "));
}

/** The resource that is above its mark where the task is now, although the move there foresaw room. */
function unforeseen(first: Made, second: Made, { marks }: Terms): string | null {
  const { goal, from, fromName, evidence } = second.planned;
  if (goal !== "overload" && goal !== "room") return null;
  for (const [name, peak] of Object.entries(evidence.fromBefore ?? {})) {
    const { high } = marksFor(marks, name);
    const isBegun = second.pursues.some((each) => each === `overload ${name} ${from}`);
    const foreseen = first.planned.evidence.toAfter?.[name] ?? Infinity;
    if ((peak > high || isBegun) && foreseen <= high)
      return `${fromName} stands at ${percent(peak)} ${name}, foreseen were ${percent(foreseen)}`;
  }
  return null;
}

function repeatOf(first: Made, second: Made, cause: string | null): Repeat {
  return {
    service: second.record.service,
    slot: second.planned.slot,
    first: inWords(first),
    second: inWords(second),
    hoursApart: Math.round((10 * (second.atMs - first.atMs)) / HOUR_MS) / 10,
    cause,
  };
}

function inWords({ record: { at, fromName, toName }, planned: { goal, reason } }: Made): string {
  return `${at} ${fromName} to ${toName} (${goal}: ${reason})`;
}

const FOR_LOAD: ReadonlySet<string> = new Set(["overload", "even", "room"]);

/** By day of the journal, in its order. */
function daysOf(entries: Kept["entries"], made: readonly Made[]): readonly DayOfMoves[] {
  const calls = new Map<string, number>();
  let before = new Set<string>();
  for (const { decision } of entries) {
    const day = dayOf(decision.at);
    const isNewDay = !calls.has(day);
    const fresh = decision.pursues.filter((each) => isNewDay || !before.has(each)).length;
    calls.set(day, (calls.get(day) ?? 0) + fresh);
    before = new Set(decision.pursues);
  }
  return [...calls].map(([day, count]) => ({
    day,
    forLoad: made.filter(({ record, planned }) => dayOf(record.at) === day && FOR_LOAD.has(planned.goal))
      .length,
    calls: count,
  }));
}

function dayOf(iso: string): string {
  return iso.slice(0, 10);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
