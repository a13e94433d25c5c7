import fc from "fast-check";
import type { Move } from "../../../../scheduler/domain/decision.ts";
import { NOTHING } from "../../../../scheduler/domain/resources.ts";
import type { PastMove } from "../../../../scheduler/govern/history.ts";
import { NOW } from "../../../support/swarm-builder.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A move that landed an hour and a half ago, unless told otherwise. */
export function past(over: Partial<PastMove> = {}): PastMove {
  return {
    atMs: NOW - 90 * MINUTE,
    serviceId: "web",
    from: "n1",
    to: "n2",
    outcome: "landed",
    collateral: 0,
    ...over,
  };
}

/** A planned move of a service between nodes whose hostnames are their ids in capitals. */
export function planned(serviceId: string, from: string, to: string): Move {
  return {
    serviceId,
    service: `${serviceId}-name`,
    taskId: `${serviceId}.1`,
    slot: 1,
    from,
    to,
    fromName: from.toUpperCase(),
    toName: to.toUpperCase(),
    load: NOTHING,
    order: "start-first",
    reason: "",
  };
}

const OUTCOMES: Readonly<Record<string, PastMove["outcome"]>> = {
  L: "landed",
  U: "undone",
  F: "failed",
  G: "gave_way",
};

/** One move a minute, the last a minute ago: L landed, U undone, F failed, G gave way. */
export function pastOf(letters: string): readonly PastMove[] {
  return Array.from(letters, (letter, index) =>
    past({
      atMs: NOW - (letters.length - index) * MINUTE,
      outcome: OUTCOMES[letter] ?? "landed",
    }),
  );
}

export const anyOutcome = fc.constantFrom<PastMove["outcome"][]>("landed", "undone", "gave_way", "failed");
const SERVICES = ["a", "b", "c", "d", "e"];
const NODES = ["n1", "n2", "n3", "n4", "n5", "n6"];

/** Where from and where to: two different nodes of six. */
const ways = fc
  .shuffledSubarray(NODES, { minLength: 2, maxLength: 2 })
  .map(([from = "n1", to = "n2"]) => ({ from, to }));

/** A move that ended in the last three hours. */
export const anyPast: fc.Arbitrary<PastMove> = fc
  .record({
    way: ways,
    serviceId: fc.constantFrom(...SERVICES),
    outcome: anyOutcome,
    secondsAgo: fc.integer({ min: 0, max: 3 * 3600 }),
  })
  .map(({ way, secondsAgo, ...rest }) => ({ ...way, ...rest, collateral: 0, atMs: NOW - secondsAgo * 1000 }));

export const anyHistory = fc.array(anyPast, { maxLength: 40 });

/** A plan: each move is of another service. */
export const anyPlan: fc.Arbitrary<readonly Move[]> = fc
  .array(fc.record({ way: ways, serviceId: fc.constantFrom(...SERVICES) }), { maxLength: 5 })
  .map((moves) => [...new Map(moves.map((move) => [move.serviceId, move])).values()])
  .map((moves) => moves.map(({ way, serviceId }) => planned(serviceId, way.from, way.to)));
