import * as z from "zod";
import type { Decision } from "../domain/decision.ts";
import type { PerResource } from "../domain/resources.ts";
import type { MoveResult } from "../ports.ts";

/** A decision of the loop, shown before it is carried out, and what became of it. */
export interface JournalEntry {
  /** What made the loop look: `schedule`, `alert`, `signal`, `start`. */
  readonly trigger: string;
  readonly decision: Decision;
  /** Whether the manager beside this scheduler led the swarm: only then does it act. */
  readonly leads: boolean;
  /** Why a plan, or a part of it, was not carried out; null when all of it was or there was none. */
  readonly withheld: string | null;
  /** How its moves ended; empty while they are under way. */
  readonly results: readonly MoveResult[];
}

/** A move that ended. */
export interface MoveRecord {
  readonly moveId: string;
  /** The decision that planned it; null when it is an earlier run's. */
  readonly decisionId: string | null;
  /** When it ended, ISO 8601. */
  readonly at: string;
  readonly service: string;
  readonly serviceId: string;
  readonly fromId: string;
  readonly toId: string;
  readonly fromName: string;
  readonly toName: string;
  readonly outcome: MoveResult["outcome"];
  readonly detail: string;
  /** From the first write to the last. */
  readonly seconds: number;
  /** From the new task's making until it ran, healthy if it has a health check; null when it never did. */
  readonly startSeconds: number | null;
  /**
   * How long the new task was being prepared, its image found or pulled and its container made, longer than it was by a
   * look of the mover's (a quarter of a second) at the most; null where the looks do not tell, absent of older moves.
   */
  readonly prepareSeconds?: number | null;
  /** Other tasks of the service that were restarted on the way. */
  readonly collateral: number;
  /** The person's order that named it; absent of what Ballast did by itself. */
  readonly operation?: string;
  /** used / capacity of the node that the task left, when the move was planned; null when it was not known. */
  readonly loadBefore: PerResource<number> | null;
}

/** What a landed move can turn out to be: no harm, harm, or nobody knows. */
export const VERDICTS = ["kept", "worse", "unknown"] as const;

/** What a move turned out to be worth, some time after its end. */
export interface MoveVerdict {
  readonly moveId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly service: string;
  readonly serviceId: string;
  readonly fromId: string;
  readonly toId: string;
  readonly outcome: (typeof VERDICTS)[number];
  readonly detail: string;
}

interface Records {
  readonly decision: JournalEntry;
  readonly move: MoveRecord;
  readonly verdict: MoveVerdict;
}

export const KINDS = ["decision", "move", "verdict"] as const satisfies readonly (keyof Records)[];
export type Kind = (typeof KINDS)[number];

/** One thing that is kept. */
export type JournalLine<K extends Kind = Kind> = {
  readonly [P in K]: { readonly kind: P; readonly record: Records[P] };
}[K];

/**
 * What readers of a record lean on, so that what an older scheduler or another hand wrote breaks none of them. The rest is
 * passed on as it was written.
 */
const SHAPES = {
  decision: z.looseObject({
    trigger: z.string(),
    leads: z.boolean(),
    withheld: z.string().nullable(),
    results: z.array(z.looseObject({})),
    decision: z.looseObject({
      id: z.string(),
      at: z.string(),
      outcome: z.string(),
      nodes: z.array(z.looseObject({})),
      moves: z.array(z.looseObject({})),
      refusals: z.array(z.looseObject({})),
    }),
  }),
  move: z.looseObject({
    moveId: z.string(),
    at: z.string(),
    service: z.string(),
    serviceId: z.string(),
    toId: z.string(),
    toName: z.string(),
    outcome: z.string(),
    startSeconds: z.number().nullable(),
    prepareSeconds: z.number().nullish(),
    collateral: z.number(),
    loadBefore: z.looseObject({ cpu: z.number(), memory: z.number() }).nullable(),
  }),
  verdict: z.looseObject({
    moveId: z.string(),
    at: z.string(),
    serviceId: z.string(),
    fromId: z.string(),
    toId: z.string(),
    outcome: z.string(),
    detail: z.string(),
  }),
} satisfies Readonly<Record<Kind, z.ZodType>>;

/** The record that a text was kept of; null when it is not readable. */
export function recordIn<K extends Kind>(kind: K, body: string): Records[K] | null {
  try {
    const record: unknown = JSON.parse(body);
    return SHAPES[kind].safeParse(record).success ? (record as Records[K]) : null;
  } catch {
    return null;
  }
}

/** When a line's event was, ISO 8601. */
export function timeOf(line: JournalLine): string {
  return line.kind === "decision" ? line.record.decision.at : line.record.at;
}
