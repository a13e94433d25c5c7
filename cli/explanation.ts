import * as z from "zod";

/** What `GET /v1/explain` answers, as far as it is shown; `--json` prints all of it. */
export const EXPLANATION = z.looseObject({
  answer: z.string(),
  moves: z.array(
    z.looseObject({
      service: z.string(),
      slot: z.number(),
      fromName: z.string(),
      toName: z.string(),
      goal: z.string(),
      reason: z.string(),
    }),
  ),
  alternatives: z.array(
    z.looseObject({
      task: z.string(),
      service: z.string(),
      to: z.string(),
      refusals: z.array(z.looseObject({ filter: z.string(), detail: z.string() })),
      unlock: z.string(),
    }),
  ),
  advice: z.array(z.string()),
});

type Explanation = z.output<typeof EXPLANATION>;

/** The explanation for people: the answer, then what is planned, what comes nearest to it, and what would help. */
export function explanationLines({ answer, moves, alternatives, advice }: Explanation): readonly string[] {
  return [
    answer,
    ...moves.map(
      ({ service, slot, fromName, toName, goal, reason }) =>
        `planned: ${service}.${slot} from ${fromName} to ${toName} (${goal}: ${reason})`,
    ),
    ...alternatives.flatMap(({ service, task, to, refusals, unlock }) => [
      `not planned: ${service} (${task}) to ${to}`,
      ...refusals.map(({ filter, detail }) => `  ${filter}: ${detail}`),
      `  to unlock it: ${unlock}`,
    ]),
    ...advice.map((each) => `advice: ${each}`),
  ];
}
