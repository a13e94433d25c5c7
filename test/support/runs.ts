/** The share of a property's cases that the quick check tries; BALLAST_RUNS asks for more or fewer. */
const USUAL_SHARE = 0.25;

/**
 * How often a costly property is tried: `whole` times in `npm run test:properties` (BALLAST_RUNS=1), a quarter of it in
 * `npm run check`, a hundredfold with BALLAST_RUNS=100.
 */
export function runs(whole: number): { readonly numRuns: number } {
  const asked = Number(process.env["BALLAST_RUNS"] ?? "");
  return { numRuns: Math.ceil(whole * (asked > 0 ? asked : USUAL_SHARE)) };
}
