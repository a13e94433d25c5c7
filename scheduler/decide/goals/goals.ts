import type { GoalName } from "../../domain/policy.ts";
import type { Goal } from "../../engine/goal.ts";
import { anchorOf, mindsNode, PREFER_LABEL, SPREAD_LABEL, spreadValue } from "../wishes.ts";
import { apart } from "./apart.ts";
import { even } from "./even.ts";
import { pursuitOf, type Ground } from "./ground.ts";
import { overload } from "./overload.ts";
import { marksOf, toleratedBy } from "./marks.ts";
import { preferred } from "./preferred.ts";
import { together } from "./together.ts";

interface GoalMaker {
  readonly name: GoalName;
  readonly make: (ground: Ground) => Goal;
}

/** What the planner strives for, the most important first. */
const GOALS: readonly GoalMaker[] = [
  // Users feel it at once.
  {
    name: "overload",
    make: (ground) => overload(ground.board, ground.terrain, marksOf(ground), toleratedBy(ground)),
  },
  // Its owner asked for it.
  { name: "together", make: ({ board, kinds, services }) => together(board, kinds, anchorsOf(services)) },
  // Or one node's end is a service's.
  {
    name: "apart",
    make: ({ board, kinds }) => apart(board, kinds, { name: "apart", placeOf: nodesOf(kinds) }),
  },
  // The same for what the owner names: a zone, a rack.
  {
    name: "spread",
    make: (ground) => apart(ground.board, ground.kinds, { name: "spread", placeOf: placesOf(ground) }),
  },
  // Room for what comes, on every node.
  { name: "even", make: evenOf },
  // Nice to have.
  {
    name: "preferred",
    make: ({ board, kinds, services, nodes }) => preferred(board, kinds, mindsOf(services, nodes)),
  },
];

/** The goals that the policy asks for, in their order. */
export function goalsOf(ground: Ground): readonly Goal[] {
  return GOALS.filter(({ name }) => ground.policy.goals.includes(name)).map(({ make }) => make(ground));
}

function evenOf({ board, terrain, nodes, policy, pursued }: Ground): Goal {
  const chased = [...nodes.keys()].filter((bin) =>
    pursued.has(pursuitOf("even", "load", nodes[bin]?.node.id ?? "")),
  );
  return even(board, terrain, policy.evenBand, new Set(chased));
}

function anchorsOf(services: Ground["services"]): Int32Array {
  const byName = new Map(services.map((service) => [service.name, service]));
  const kindOf = new Map(services.map(({ id }, kind) => [id, kind]));
  return Int32Array.from(services, (service) => kindOf.get(anchorOf(service, byName)?.id ?? "") ?? -1);
}

/** By kind and bin: the bin itself, unless the kind has a single item, which is apart wherever it stands. */
function nodesOf(kinds: Ground["kinds"]): (kind: number, bin: number) => number {
  const sizes = new Int32Array(kinds.count);
  for (const kind of kinds.of) sizes[kind] = (sizes[kind] ?? 0) + 1;
  return (kind, bin) => ((sizes[kind] ?? 0) > 1 ? bin : -1);
}

/** By kind and bin: the first bin with the same value of the label over which the service is to be spread. */
function placesOf({ services, nodes }: Ground): (kind: number, bin: number) => number {
  const places = new Map<number, Int32Array>();
  services.forEach((service, kind) => {
    if (service.labels[SPREAD_LABEL] === undefined) return;
    const values = nodes.map(({ node }) => spreadValue(service, node));
    const first = new Map(values.map((value, bin): [string | null, number] => [value, bin]).reverse());
    places.set(
      kind,
      Int32Array.from(values, (value) => first.get(value) ?? -1),
    );
  });
  return (kind, bin) => places.get(kind)?.[bin] ?? -1;
}

function mindsOf(
  services: Ground["services"],
  nodes: Ground["nodes"],
): (kind: number, bin: number) => boolean {
  const minds = new Map<number, readonly boolean[]>();
  services.forEach((service, kind) => {
    if (service.labels[PREFER_LABEL] !== undefined)
      minds.set(
        kind,
        nodes.map(({ node }) => mindsNode(service, node)),
      );
  });
  return (kind, bin) => minds.get(kind)?.[bin] ?? false;
}
