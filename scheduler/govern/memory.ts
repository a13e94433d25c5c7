import type { Lesson, Memory, Regret } from "../domain/memory.ts";
import { disruptions, HOUR_MS, wentWrong, type PastMove } from "./history.ts";

/** A move that was found, some time after it landed, to have made things worse. */
export interface WorseMove {
  readonly moveId: string;
  readonly serviceId: string;
  /** Node ids. */
  readonly from: string;
  readonly to: string;
  /** When it was found out, in milliseconds since 1970. */
  readonly atMs: number;
  readonly detail: string;
}

/** After a first failure an hour: what a registry's or a node's trouble lasts. Each further one doubles it. */
const FIRST_LESSON_MS = HOUR_MS;
/** Then one try a day finds out that a trouble is over. */
const LONGEST_LESSON_MS = 24 * HOUR_MS;
/** Later than this the swarm is another one, and taking a move back is no cure any more. */
const REGRET_MS = HOUR_MS / 2;

/** What the past says of moves to come. `moves` and `worse` in any order. Pure. */
export function memoryOf(
  moves: readonly PastMove[],
  worse: readonly WorseMove[],
  nowMs: number,
): Pick<Memory, "lessons" | "regrets"> {
  const lessons = [...failureLessons(moves), ...worse.map(worseLesson)];
  return {
    lessons: lessons.filter(({ untilMs }) => untilMs > nowMs),
    regrets: worse.filter((move) => isOpen(move, moves, nowMs)).map(regretOf),
  };
}

function failureLessons(moves: readonly PastMove[]): readonly Lesson[] {
  const pairs = Map.groupBy(disruptions(moves), ({ serviceId, to }) => `${serviceId} ${to}`);
  return [...pairs.values()].flatMap((past) => {
    const failures = past.slice(past.findLastIndex((move) => !wentWrong(move)) + 1);
    const last = failures.at(-1);
    if (last === undefined) return [];
    const { serviceId, to: node, atMs } = last;
    const lengthMs = Math.min(LONGEST_LESSON_MS, FIRST_LESSON_MS * 2 ** (failures.length - 1));
    const times = failures.length === 1 ? "a move" : `${failures.length} moves in a row`;
    return [{ serviceId, node, untilMs: atMs + lengthMs, detail: `${times} of it there went wrong` }];
  });
}

function worseLesson({ serviceId, to, atMs, detail }: WorseMove): Lesson {
  return {
    serviceId,
    node: to,
    untilMs: atMs + LONGEST_LESSON_MS,
    detail: `a move of it there was regretted: ${detail}`,
  };
}

/** Taken back once: whatever was moved of the service since, be it that very attempt, ends the matter. */
function isOpen({ serviceId, atMs }: WorseMove, moves: readonly PastMove[], nowMs: number): boolean {
  return nowMs < atMs + REGRET_MS && !moves.some((move) => move.serviceId === serviceId && move.atMs > atMs);
}

function regretOf({ moveId, serviceId, from, to, detail }: WorseMove): Regret {
  return { moveId, serviceId, from, to, detail };
}
