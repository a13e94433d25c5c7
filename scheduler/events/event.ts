import type { Outcome } from "../domain/decision.ts";
import type { Order } from "../domain/order.ts";
import type { Mode } from "../domain/policy.ts";
import type { Breaker } from "../govern/breaker.ts";
import type { MoveRecord, MoveVerdict } from "../journal/journal.ts";
import type { MoveResult } from "../ports.ts";

/** A decision in a few words; `GET /v1/decisions/ID` has all of it. */
export interface DecisionBrief {
  readonly decision: string;
  /** `decided`: before anything is moved. `carried out`: all moves of it that were begun have ended. */
  readonly stage: "decided" | "carried out";
  readonly trigger: string;
  readonly outcome: Outcome;
  readonly cause: string;
  /** One sentence for people. */
  readonly reason: string;
  readonly imbalance: number | null;
  readonly imbalanceAfter: number | null;
  readonly leads: boolean;
  /** Why a plan, or a part of it, was not carried out; null when all of it was or there was none. */
  readonly withheld: string | null;
  /** How many moves the whole plan has. */
  readonly moves: number;
  /** The first of them, by names. */
  readonly plan: readonly MoveBrief[];
  /** How moves of this round ended, those of an earlier run included. */
  readonly results: readonly ResultBrief[];
}

/** Who goes where: names, not ids. */
interface MoveBrief {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly goal: string;
}

interface ResultBrief {
  readonly moveId: string;
  readonly service: string;
  readonly outcome: MoveResult["outcome"];
}

/** What of Ballast itself can change, apart from what it does. */
export const STATE_PARTS = ["role", "mode", "paused", "breaker"] as const;
type StatePart = (typeof STATE_PARTS)[number];

/** How Ballast stands, after a change. */
export interface StateChange {
  /** All of them when a scheduler has started. */
  readonly changed: readonly StatePart[];
  readonly role: "leading" | "standing by";
  readonly mode: Mode;
  /** Whether a person told Ballast to move nothing; null while the orders could not be read yet. */
  readonly paused: boolean | null;
  /** Null likewise: a person's reset is an order. */
  readonly breaker: Breaker["state"] | null;
  /** For people. */
  readonly detail: string;
}

/** An order of a person appeared in the swarm, or holds no more: done, run out or taken back. */
export interface OrderChange {
  readonly change: "given" | "ended";
  readonly order: string;
  readonly kind: Order["kind"];
  readonly reason: string;
  /** When it was given, ISO 8601. */
  readonly given: string;
  /** What it is about: a node's hostname, a service's name; null for all of the swarm, or when that is gone. */
  readonly name: string | null;
}

/** What is told with an event, by its type. */
export interface EventData {
  readonly decision: DecisionBrief;
  readonly move: MoveRecord;
  readonly verdict: MoveVerdict;
  readonly state: StateChange;
  readonly order: OrderChange;
}

export const EVENT_TYPES = [
  "decision",
  "move",
  "verdict",
  "state",
  "order",
] as const satisfies readonly (keyof EventData)[];
export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened, as readers and webhooks are told of it. */
export type SchedulerEvent<Type extends EventType = EventType> = {
  readonly [Each in Type]: {
    /** `RUN-NUMBER`: the number counts the events of one run of one scheduler, from 1. */
    readonly id: string;
    readonly type: Each;
    /** When it was told, ISO 8601. */
    readonly at: string;
    readonly data: EventData[Each];
  };
}[Type];

/** Whether a word names a type of event. */
export function isEventType(word: string): word is EventType {
  return (EVENT_TYPES as readonly string[]).includes(word);
}
