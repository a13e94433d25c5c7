import type { Readiness } from "../../common/http/listen.ts";
import type { JournalEntry } from "../journal/journal.ts";
import type { Observation } from "../observe/observer.ts";

/** Whether this scheduler is the one that acts, and why, or why not. */
export interface Role {
  readonly role: "leading" | "standing by";
  /** One clause for people. */
  readonly reason: string;
}

/** The role in which a look found this scheduler. */
export function roleIn({ snapshot, leads }: Observation): Role {
  const doubts = snapshot.inputs.find(({ source }) => source === "swarm")?.doubts ?? [];
  if (doubts.length > 0) return { role: "standing by", reason: doubts.join("; ") };
  const leader = snapshot.nodes.find((node) => node.leader);
  if (leader === undefined) return { role: "standing by", reason: "no manager leads the swarm at present" };
  if (leads) return { role: "leading", reason: `its manager ${leader.hostname} leads the swarm` };
  return { role: "standing by", reason: `the manager ${leader.hostname} leads the swarm, not the one here` };
}

/** How docker-modem writes that a manager, or a proxy before it, lets nobody write. */
const READ_ONLY = /\(HTTP code 40[35]\)/;

/**
 * The body of `GET /readyz`: `leading` or `standing by`, and why. Both are ready: who stands by takes over when it is its
 * turn. Before the first look (null) there is nothing to show, and it is not ready. `entries`: what this run did, newest
 * first; that a manager is only to be read shows when it refuses a move.
 */
export function readinessOf(role: Role | null, entries: readonly JournalEntry[]): Readiness {
  if (role === null) return { ready: false, reason: "no decision yet: the first look is under way" };
  const refusal = role.role === "leading" ? refusalOfWrites(entries) : null;
  const now: Role = refusal === null ? role : { role: "standing by", reason: refusal };
  return { ready: true, reason: `${now.role}: ${now.reason}` };
}

/** Why the manager takes no writes, by the last moves that were tried; null when it took one of them. */
function refusalOfWrites(entries: readonly JournalEntry[]): string | null {
  const tried = entries.find(({ results }) => results.length > 0)?.results ?? [];
  const refused = tried.filter(({ outcome, detail }) => outcome === "failed" && READ_ONLY.test(detail));
  const [first] = refused;
  if (first === undefined || refused.length < tried.length) return null;
  return `its manager takes no writes (${first.detail.trim()})`;
}
