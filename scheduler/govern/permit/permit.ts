import type { Asked, Facts, Objection, PermitRules, Rule } from "./asked.ts";
import { allowed, exact, knownSwarm, owner } from "./common-rules.ts";
import {
  canPromote,
  keepsQuorum,
  noOrder,
  notCut,
  notMovingFrom,
  nothingEvicted,
  ownLabels,
} from "./node-rules.ts";
import { remarksOn } from "./remarks.ts";
import {
  container,
  hasPrevious,
  noJob,
  notMoving,
  notToNothing,
  notUpdating,
  replicated,
} from "./service-rules.ts";

/** Whether it may be done. Notes are for people: what they should know, and what was passed over by force. */
export type Verdict =
  | { readonly permitted: true; readonly notes: readonly string[] }
  | {
      readonly permitted: false;
      readonly kind: Objection["kind"];
      readonly objections: readonly Objection[];
    };

/** In the order in which they are told. */
const RULES: readonly Rule[] = [
  knownSwarm,
  allowed,
  owner,
  ownLabels,
  noJob,
  replicated,
  container,
  notMoving,
  notUpdating,
  hasPrevious,
  notToNothing,
  keepsQuorum,
  canPromote,
  notMovingFrom,
  noOrder,
  notCut,
  nothingEvicted,
  exact,
];

/** What weighs most is what is answered: who does not know cannot judge, and who may not need not wait. */
const WEIGHT: readonly Objection["kind"][] = ["unknown", "policy", "state"];

/**
 * The one check that everything asked day by day must pass: with all that stands against it, each with its mend. Force
 * passes over what only warns. Pure.
 */
export function permit(asked: Asked, facts: Facts, rules: PermitRules): Verdict {
  const objections = RULES.flatMap((rule) => rule(asked, facts, rules) ?? []);
  const passedOver = objections.filter(({ yieldsToForce }) => yieldsToForce && asked.force);
  const standing = objections.filter((objection) => !passedOver.includes(objection));
  const kind = WEIGHT.find((each) => standing.some((objection) => objection.kind === each));
  if (kind === undefined)
    return {
      permitted: true,
      notes: [...passedOver.map(({ detail }) => `by force: ${detail}`), ...remarksOn(asked, facts)],
    };
  return { permitted: false, kind, objections: standing.filter((objection) => objection.kind === kind) };
}
