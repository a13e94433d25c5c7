import type { Log } from "../common/log.ts";
import { SYSTEM_CLOCK, type Clock } from "./clock.ts";
import { worthOf } from "./decide/verdict.ts";
import type { Memory } from "./domain/memory.ts";
import type { Policy } from "./domain/policy.ts";
import type { Snapshot } from "./domain/snapshot.ts";
import { HOUR_MS } from "./govern/history.ts";
import { memoryOf } from "./govern/memory.ts";
import type { Journal, MoveRecord, MoveVerdict } from "./journal/journal.ts";
import { pastMoveOf } from "./past.ts";

/** Looks back on moves: what they were worth, and what that teaches. */
export interface Hindsight {
  /** Judges the moves that can be judged by now, each once, and writes the verdicts down. */
  judge(snapshot: Snapshot): readonly MoveVerdict[];
  memory(): Memory;
}

/** No lesson lasts longer, and each failure in a row that makes one longer lies within it. */
const MEMORY_MS = 7 * 24 * HOUR_MS;
/** A verdict takes a few load windows; what is older was of another run, or never to be known. */
const JUDGED_WITHIN_MS = 2 * HOUR_MS;

/** For so long a task that was moved costs more to move again. */
const LANDED_WITHIN_MS = 24 * HOUR_MS;
/** A pursuit that was not renewed for so long is given up. */
const PURSUED_WITHIN_MS = HOUR_MS / 2;

/** A hindsight whose memory is the journal. */
export function createHindsight(
  journal: Pick<Journal, "entries" | "moves" | "verdicts" | "judged" | "prices">,
  policy: Policy,
  log: Log,
  clock: Clock = SYSTEM_CLOCK,
): Hindsight {
  return {
    judge(snapshot) {
      const nowMs = clock.now();
      const sinceMs = nowMs - JUDGED_WITHIN_MS;
      const earlier = journal.verdicts(sinceMs);
      const open = journal
        .moves(sinceMs)
        .filter((move) => move.outcome === "landed" && !earlier.some(({ moveId }) => moveId === move.moveId));
      return open.flatMap((move) => {
        const verdict = verdictOn(move, earlier, snapshot, policy, nowMs);
        if (verdict === null) return [];
        journal.judged(verdict);
        log.info({ ...verdict }, `${move.service} to ${move.toName}: ${verdict.outcome}: ${verdict.detail}`);
        return [verdict];
      });
    },
    memory() {
      const nowMs = clock.now();
      const moves = journal.moves(nowMs - MEMORY_MS).map(pastMoveOf);
      const worse = journal
        .verdicts(nowMs - MEMORY_MS)
        .filter(({ outcome }) => outcome === "worse")
        .map(({ moveId, serviceId, fromId, toId, at, detail }) => ({
          moveId,
          serviceId,
          from: fromId,
          to: toId,
          atMs: Date.parse(at),
          detail,
        }));
      return {
        ...memoryOf(moves, worse, nowMs),
        ...begunIn(journal, nowMs),
        prices: pricesIn(journal),
        landings: landingsIn(journal, nowMs),
      };
    },
  };
}

function landingsIn(journal: Pick<Journal, "moves">, nowMs: number): Memory["landings"] {
  return journal
    .moves(nowMs - LANDED_WITHIN_MS)
    .filter(({ outcome }) => outcome === "landed")
    .map(({ serviceId, toId, at }) => ({ serviceId, node: toId, atMs: Date.parse(at) }));
}

function pricesIn(journal: Pick<Journal, "prices">): Memory["prices"] {
  return journal.prices().map(({ serviceId, landed, failures, medianStartSeconds }) => ({
    serviceId,
    landed,
    failures,
    startSeconds: medianStartSeconds,
  }));
}

/** What the last decision was after, unless that was so long ago that the swarm is another one. */
function begunIn(journal: Pick<Journal, "entries">, nowMs: number): Pick<Memory, "pursues" | "planned"> {
  const [last] = journal.entries();
  if (last === undefined || nowMs - Date.parse(last.decision.at) > PURSUED_WITHIN_MS)
    return { pursues: [], planned: [] };
  const { pursues, moves } = last.decision;
  return { pursues, planned: moves.map(({ taskId, to }) => ({ taskId, to })) };
}

function verdictOn(
  move: MoveRecord,
  earlier: readonly MoveVerdict[],
  snapshot: Snapshot,
  policy: Policy,
  nowMs: number,
): MoveVerdict | null {
  const { moveId, service, serviceId, fromId, toId, at, loadBefore } = move;
  const what = { moveId, service, serviceId, fromId, toId, at: new Date(nowMs).toISOString() };
  if (move.operation !== undefined) return { ...what, outcome: "kept", detail: "a person ordered it" };
  // Taken back once: the way back is not itself regretted.
  const isReturn = earlier.some(
    (verdict) => verdict.outcome === "worse" && verdict.serviceId === serviceId && verdict.toId === fromId,
  );
  if (isReturn) return { ...what, outcome: "kept", detail: "it took an earlier move back" };
  const landing = { serviceId, from: fromId, to: toId, landedAtMs: Date.parse(at), loadBefore };
  const worth = worthOf(landing, snapshot, policy, nowMs);
  return worth === null ? null : { ...what, ...worth };
}
