import type { Conclusion, FinishedMove, PlannedMove, View } from "../view.ts";
import type { Paint, Tone } from "./paint.ts";
import { nodeTable, type MarksByResource } from "./table.ts";
import { pad } from "./text.ts";

/** The picture below the story: the nodes, and what Ballast is at. `underWayFor` gives a move's seconds so far. */
export function picture(
  view: View,
  marks: MarksByResource,
  paint: Paint,
  underWayFor: (moveId: string) => number,
): readonly string[] {
  const moving = view.underWay.map((move) => {
    const seconds = Math.round(underWayFor(move.moveId));
    return `${paint.tone("strong", "moving")}  ${route(move)} (${seconds} s)`;
  });
  const state =
    view.last === null ? "Ballast has not decided anything yet" : conclusionLine(view.last, paint);
  return ["", ...nodeTable(view.nodes, marks, paint), "", ...(moving.length > 0 ? moving : [state])];
}

/** What to tell of a look, given the one before it: moves planned, begun and ended, and what Ballast concludes anew. */
export function changes(before: View | null, now: View, paint: Paint): readonly string[] {
  const wasKnown = (moves: readonly { readonly moveId: string }[] | undefined, moveId: string) =>
    moves?.some((move) => move.moveId === moveId) ?? false;
  const begun = now.underWay.filter(({ moveId }) => !wasKnown(before?.underWay, moveId));
  const ended = now.finished.filter(({ moveId }) => !wasKnown(before?.finished, moveId));
  // While moves run, a plan of this moment is none that will be carried out.
  const planned =
    now.underWay.length > 0
      ? []
      : now.planned.filter((move) => !before?.planned.some((known) => route(known) === route(move)));
  return [
    ...planned.map((move) => `${paint.tone("warn", "plan")}    ${route(move)}: ${move.reason}`),
    ...begun.map((move) => `${paint.tone("strong", "moving")}  ${route(move)}`),
    ...ended.map((move) => finishedLine(move, paint)),
    ...(isNews(before?.last ?? null, now.last) ? [conclusionLine(now.last, paint)] : []),
  ];
}

/** A move that has ended: what became of it and why it was made. */
export function finishedLine(move: FinishedMove, paint: Paint): string {
  const word = paint.tone(move.outcome === "landed" ? "good" : "bad", move.outcome.replace("_", " "));
  const why = move.outcome === "landed" ? "" : ` (${move.detail})`;
  return `${pad(word, 6)}  ${route(move)} in ${move.seconds.toFixed(1)} s${why}: ${move.reason}`;
}

const TONES: Readonly<Record<Conclusion["outcome"], Tone>> = {
  level: "good",
  settling: "faint",
  plan: "warn",
  stuck: "bad",
  overloaded: "bad",
  untrusted: "warn",
};

export function conclusionLine({ outcome, reason }: Conclusion, paint: Paint): string {
  return `Ballast: ${paint.tone(TONES[outcome], outcome)}: ${reason}`;
}

/** By outcome and cause: the figures in a reason change with every look. A plan that was carried out is told by its moves. */
function isNews(before: Conclusion | null, now: Conclusion | null): now is Conclusion {
  if (now === null || now.results.length > 0) return false;
  return before?.outcome !== now.outcome || before.cause !== now.cause;
}

function route({ service, fromName, toName }: Omit<PlannedMove, "reason">): string {
  return `${service} from ${fromName} to ${toName}`;
}
