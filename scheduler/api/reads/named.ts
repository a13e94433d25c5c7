import type { Problem } from "../../../common/http/problem.ts";

/** A thing of the swarm that people know by name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

type Found<Thing> =
  { readonly thing: Thing; readonly problem: null } | { readonly thing: null; readonly problem: Problem };

/** The one thing of that id or name; several nodes may have one hostname, and then only an id will do. */
export function named<Thing extends Named>(
  things: readonly Thing[],
  kind: string,
  wanted: string,
): Found<Thing> {
  const matches = things.filter(({ id, name }) => id === wanted || name === wanted);
  const [thing, ...others] = matches;
  if (thing !== undefined && others.length === 0) return { thing, problem: null };
  if (thing === undefined) {
    const known = things.map(({ name }) => name).join(", ");
    const detail = `there is no ${kind} ${JSON.stringify(wanted)}; there are: ${known || "none"}`;
    return { thing: null, problem: { status: 404, title: `No such ${kind}`, detail } };
  }
  const ids = matches.map(({ id }) => id).join(", ");
  const detail = `${matches.length} of them are called ${JSON.stringify(wanted)}; name one by its id: ${ids}`;
  return { thing: null, problem: { status: 409, title: `Ambiguous ${kind}`, detail } };
}
