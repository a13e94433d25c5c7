import type { RankedNode, RefusedNode } from "../../decide/place.ts";
import type { Wanted } from "../../decide/place-wanted.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { doubtsOf, type PlacementParts } from "../reads/placement.ts";
import { wantedOf } from "./pod.ts";
import { namesIn, type ExtenderArgs } from "./protocol.ts";

/** Whole nodes are some kilobytes each: of more than some hundred only the names can be sent. */
export const EXTENDER_BODY_BYTES = 4 * 1024 * 1024;

/** What Ballast thinks of one node that was asked about, by the name it was asked by. */
export type NodeJudgement =
  | { readonly kind: "ranked"; readonly node: RankedNode }
  | { readonly kind: "refused"; readonly node: RefusedNode }
  /** No node of the swarm, or none that the name alone tells from others. */
  | { readonly kind: "stranger"; readonly detail: string };

/** By the names asked about; or why nothing can be said. */
export type Judgement =
  | { readonly ok: true; readonly nodes: ReadonlyMap<string, NodeJudgement> }
  | {
      readonly ok: false;
      /** Whether it lies in what was asked. */
      readonly isOfAsker: boolean;
      readonly detail: string;
    };

/** Judges the nodes that a scheduler asks about, as they are now. */
export async function judge(
  { observeLately, place }: PlacementParts,
  args: ExtenderArgs,
): Promise<Judgement> {
  const read = wantedOf(args.Pod);
  if (!read.ok) return { ok: false, isOfAsker: true, detail: read.detail };
  const { snapshot } = await observeLately();
  const doubts = doubtsOf(snapshot);
  if (doubts !== "") return { ok: false, isOfAsker: false, detail: `the loads are not known: ${doubts}` };
  const known = idsByName(snapshot);
  const ids = new Map([...new Set(namesIn(args))].map((name) => [name, known.get(name) ?? []]));
  const among = new Set([...ids.values()].flatMap((each) => (each.length === 1 ? each : [])));
  const [placed] = await placedOnce(place, snapshot, read.wanted, among);
  const judged = new Map<string, NodeJudgement>();
  for (const node of placed?.ranked ?? []) judged.set(node.id, { kind: "ranked", node });
  for (const node of placed?.refused ?? []) judged.set(node.id, { kind: "refused", node });
  return {
    ok: true,
    nodes: new Map([...ids].map(([name, found]) => [name, judgedAs(name, found, judged)])),
  };
}

type Placed = ReturnType<PlacementParts["place"]>;

/** What was judged on the last snapshot, by what was asked; for each who judges. */
const JUDGED_LAST = new WeakMap<PlacementParts["place"], Judged>();
interface Judged {
  readonly snapshot: Snapshot;
  readonly known: Map<string, Placed>;
}
/** So many pods of different kinds nobody asks about while a snapshot lasts. */
const MOST_KINDS = 100;

/**
 * The same question about the same swarm is judged once: a scheduler asks about each pod twice, to filter and to
 * prioritize, and pods of one owner differ by their names only.
 */
function placedOnce(
  place: PlacementParts["place"],
  snapshot: Snapshot,
  wanted: Wanted,
  among: ReadonlySet<string>,
): Placed {
  const last = JUDGED_LAST.get(place);
  const known = last?.snapshot === snapshot ? last.known : new Map<string, Placed>();
  if (known !== last?.known) JUDGED_LAST.set(place, { snapshot, known });
  const key = JSON.stringify([wanted, [...among]]);
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST_KINDS) known.clear();
  const placed = place(snapshot, wanted, among);
  known.set(key, placed);
  // What failed is not kept.
  placed.catch(() => known.delete(key));
  return placed;
}

function judgedAs(
  name: string,
  [id, ...others]: readonly string[],
  judged: ReadonlyMap<string, NodeJudgement>,
): NodeJudgement {
  if (others.length > 0) return { kind: "stranger", detail: `several nodes of the swarm are called ${name}` };
  const judgement = id === undefined ? undefined : judged.get(id);
  return judgement ?? { kind: "stranger", detail: `the swarm has no node ${name}` };
}

/** Ids by hostname and by id. */
function idsByName({ nodes }: Snapshot): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { id, hostname } of nodes)
    for (const name of new Set([id, hostname])) ids.set(name, [...(ids.get(name) ?? []), id]);
  return ids;
}
