import { decide } from "../../scheduler/decide/decide.ts";
import { DEFAULT_EFFORT } from "../../scheduler/decide/search/improve.ts";
import { optimumOf } from "../../test/support/optimum.ts";
import { quantile, shown } from "../support/numbers.ts";
import { markdownTable } from "../support/table.ts";
import { OPTIMUM_POLICY, smallClusterOf } from "./small.ts";

/** How close the planner came in one case. */
interface Gap {
  readonly seed: number;
  /** The objective: before, as the plan leaves it, and the best that the exact solver knows. */
  readonly before: number;
  readonly ours: number;
  readonly best: number;
  readonly milliseconds: number;
}

/** An objective below the price of one move is as good as none. */
const PRICE_OF_A_MOVE = 0.1;

/** Gaps to the exact optimum on random small cases: of the first run alone, and with the effort of the product. */
export async function optimumTable(cases: number): Promise<string> {
  const rows: string[][] = [];
  for (const [name, runs] of [
    ["greedy, one run", 1],
    ["as shipped", DEFAULT_EFFORT.runs],
  ] as const) {
    const gaps: Gap[] = [];
    // Of swarms that are level from the start nothing is learned.
    for (let seed = 1; gaps.length < cases; seed += 1) {
      const gap = await gapOf(seed, runs);
      if (gap !== null) gaps.push(gap);
    }
    const shares = gaps.map(relativeGap);
    rows.push([
      name,
      String(cases),
      percent(quantile(shares, 0.5)),
      percent(quantile(shares, 0.95)),
      percent(Math.max(...shares)),
      String(shares.filter((share) => share > 0.01).length),
      shown(
        quantile(
          gaps.map(({ milliseconds }) => milliseconds),
          0.5,
        ),
        1,
      ),
      shown(
        quantile(
          gaps.map(({ milliseconds }) => milliseconds),
          0.95,
        ),
        1,
      ),
    ]);
  }
  return markdownTable(
    [
      "search",
      "cases",
      "gap, median",
      "gap, p95",
      "gap, largest",
      "cases above 1 %",
      "ms, median",
      "ms, p95",
    ],
    rows,
  );
}

/** Null where there is nothing to mend. */
async function gapOf(seed: number, runs: number): Promise<Gap | null> {
  const snapshot = smallClusterOf(seed);
  const beganMs = performance.now();
  const { curve } = decide(snapshot, OPTIMUM_POLICY, snapshot.takenAtMs, { ...DEFAULT_EFFORT, runs });
  const milliseconds = performance.now() - beganMs;
  const before = curve[0] ?? 0;
  if (before === 0) return null;
  const best = await optimumOf(snapshot, OPTIMUM_POLICY);
  return { seed, before, ours: curve.at(-1) ?? before, best, milliseconds };
}

function relativeGap({ ours, best }: Gap): number {
  return Math.max(0, ours - best) / Math.max(best, PRICE_OF_A_MOVE);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
