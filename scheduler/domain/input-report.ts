/** One input of a decision, how old it is, and whether it is whole. */
export interface InputReport {
  readonly source: "swarm" | "prometheus";
  /** Age of its oldest part; null when there is none at all. */
  readonly ageSeconds: number | null;
  /** Why it cannot be trusted, each with the place; empty when it can. */
  readonly doubts: readonly string[];
}
