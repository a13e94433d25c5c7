import type { Outcome } from "../domain/decision.ts";
import type { DecisionBrief, SchedulerEvent } from "../events/event.ts";
import type { MoveRecord } from "../journal/journal.ts";
import type { Parcel } from "./destination.ts";

export interface Grafana {
  /** Without a trailing slash. */
  readonly url: string;
  /** Of a service account that may write annotations. */
  readonly token: string;
}

/** What Grafana's `POST /api/annotations` takes; times in milliseconds since 1970. */
interface Annotation {
  readonly time: number;
  /** Makes it a region. */
  readonly timeEnd?: number;
  readonly tags: readonly string[];
  readonly text: string;
}

/** Outcomes of a decision that people should see on a graph. */
const MARKED: readonly Outcome[] = ["plan", "stuck"];

/** Events for Grafana; null for those that it is not to show. */
export function grafanaParcels(grafana: Grafana): (event: SchedulerEvent) => Parcel | null {
  let lastOutcome: Outcome | null = null;
  return (event) => {
    const annotation = annotationOf(event, lastOutcome);
    if (event.type === "decision") lastOutcome = event.data.outcome;
    return annotation === null ? null : parcelOf(grafana, event.id, annotation);
  };
}

function parcelOf({ url, token }: Grafana, id: string, annotation: Annotation): Parcel {
  const body = JSON.stringify(annotation);
  const headers = { Authorization: `Bearer ${token}` };
  return { id, post: () => ({ url: `${url}/api/annotations`, headers, body }) };
}

/**
 * What Grafana shows of an event: a move from its begin to its end, unless it gave way to the owner's own write; a
 * decision that plans, or cannot, where the one before came to something else. `lastOutcome`: what that was; null for none.
 */
function annotationOf(event: SchedulerEvent, lastOutcome: Outcome | null): Annotation | null {
  if (event.type === "move") return event.data.outcome === "gave_way" ? null : annotationOfMove(event.data);
  if (event.type !== "decision") return null;
  const { outcome } = event.data;
  if (outcome === lastOutcome || !MARKED.includes(outcome)) return null;
  return annotationOfDecision(event.data, Date.parse(event.at));
}

function annotationOfMove(move: MoveRecord): Annotation {
  const { at, seconds, service, fromName, toName, outcome, detail } = move;
  const timeEnd = Date.parse(at);
  return {
    time: Math.round(timeEnd - seconds * 1000),
    timeEnd,
    tags: ["ballast", "move", outcome, `service:${service}`, `node:${fromName}`, `node:${toName}`],
    text: `${service} from ${fromName} to ${toName}: ${outcome}${detail === "" ? "" : `: ${detail}`}`,
  };
}

function annotationOfDecision({ outcome, reason, plan }: DecisionBrief, time: number): Annotation {
  const services = new Set(plan.map(({ service }) => `service:${service}`));
  const nodes = new Set(plan.flatMap(({ from, to }) => [`node:${from}`, `node:${to}`]));
  return {
    time,
    tags: ["ballast", "decision", outcome, ...services, ...nodes],
    text: `${outcome}: ${reason}`,
  };
}
