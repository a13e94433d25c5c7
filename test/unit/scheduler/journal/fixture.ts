import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pino } from "pino";
import type { Log } from "../../../../common/log.ts";
import { decide } from "../../../../scheduler/decide/decide.ts";
import {
  createJournal,
  type Journal,
  type JournalEntry,
  type JournalOptions,
  type MoveRecord,
  type MoveVerdict,
} from "../../../../scheduler/journal/journal.ts";
import { SILENT } from "../../../support/silent-log.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";

const QUIET = decide(aSwarm([]), aPolicy(), NOW);
const PLAN = decide(
  aSwarm(
    [aNode("n1"), aNode("n2")],
    stands("a", [{ on: "n1", cpu: 1.75 }]),
    stands("b", [{ on: "n1", cpu: 1.75 }]),
  ),
  aPolicy(),
  NOW,
);

/** What an entry of the tests differs in. */
export interface EntryOver {
  readonly atMs?: number;
  readonly trigger?: string;
  readonly plan?: boolean;
  /** Characters that its reason has beside what it needs. */
  readonly padding?: number;
}

export function anEntry(id: string, over: EntryOver = {}): JournalEntry {
  const { atMs = NOW, trigger = "schedule", plan = false, padding = 0 } = over;
  const decided = plan ? PLAN : QUIET;
  const decision = { ...decided, id, at: iso(atMs), reason: decided.reason + "x".repeat(padding) };
  return { trigger, decision, leads: true, withheld: null, results: [] };
}

export function aMove(moveId: string, over: Partial<MoveRecord> = {}): MoveRecord {
  return {
    moveId,
    decisionId: null,
    at: iso(NOW),
    service: "web",
    serviceId: "s1",
    fromId: "n1",
    toId: "n2",
    fromName: "one",
    toName: "two",
    outcome: "landed",
    detail: "",
    seconds: 4,
    startSeconds: 1,
    collateral: 0,
    loadBefore: null,
    ...over,
  };
}

export function aVerdict(moveId: string, atMs = NOW): MoveVerdict {
  const move = { service: "web", serviceId: "s1", fromId: "n1", toId: "n2" };
  return { ...move, moveId, at: iso(atMs), outcome: "kept", detail: "the node stayed below its mark" };
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A folder that goes when the test file ends. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ballast-journal-"));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A tiny disk of its own, of a size in mount's words, until the test ends; needs root. */
export function aDisk(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), "ballast-journal-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  after(() => {
    // Lazily: the journal's own end comes later.
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Of 30 days and 64 MiB, on the clock of the tests, unless told otherwise. */
export function aJournal(path: string | null, over: Partial<JournalOptions> = {}): Journal {
  const journal = createJournal({
    path,
    retentionSeconds: 30 * 24 * 3600,
    maxBytes: 64 * 1024 * 1024,
    keep: 200,
    log: SILENT,
    now: () => NOW,
    ...over,
  });
  after(() => {
    journal.close();
  });
  return journal;
}

export function idsOf(journal: Journal): readonly string[] {
  return journal.entries().map(({ decision }) => decision.id);
}

/** The exported lines, read back: `kind id`. */
export function exported(journal: Journal): readonly string[] {
  return [...journal.lines()].map((line) => {
    const { kind, decision, moveId } = JSON.parse(line) as {
      readonly kind: string;
      readonly decision?: { readonly id: string };
      readonly moveId?: string;
    };
    return `${kind} ${decision?.id ?? moveId ?? "without id"}`;
  });
}

/** A log that can be read: its messages, each with its level first. */
export function readableLog(): { readonly log: Log; readonly messages: string[] } {
  const messages: string[] = [];
  const write = (line: string) => {
    const { level, msg } = JSON.parse(line) as { readonly level: number; readonly msg: string };
    messages.push(`${pino.levels.labels[level] ?? "?"}: ${msg}`);
  };
  return { log: pino({ level: "info" }, { write }), messages };
}
