import highsLoader from "highs";
import { amountOf, RESOURCE_NAMES } from "../../scheduler/domain/resources.ts";
import type { Policy } from "../../scheduler/domain/policy.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";
import { refusalAmong, contextOf, mayLeave } from "../../scheduler/decide/candidates.ts";
import { TARGET_FILTERS } from "../../scheduler/decide/filters/target-filters.ts";
import { marksOf } from "../../scheduler/decide/goals/marks.ts";
import { groundOf } from "../../scheduler/decide/ground.ts";
import { viewOf } from "../../scheduler/decide/view.ts";

// Its types are those of the CommonJS build, of which the default export is one level deeper than of the one that is used.
const loadSolver = highsLoader as unknown as typeof highsLoader.default;

/** As in scheduler/decide/goals/overload.ts. */
const OVERLOAD_WEIGHT = 100;
const STANDING = TARGET_FILTERS.filter(({ isStanding }) => isStanding === true);

/**
 * The least that overload and the price of moves can together come to, by an exact solver (HiGHS): a mixed-integer
 * program in which each task stands on one node that its standing rules allow; load above a node's mark costs at each
 * point in time as much as it is, a task that stands elsewhere than it does costs its price, and a node that any task
 * comes to stays below its target mark at all times. Whether the moves can be made one after the other is not asked, so it
 * is at most what any plan reaches. For policies that pursue `overload` alone with a quantile of 1.
 *
 * @throws Error when the solver does not prove an optimum.
 */
export async function optimumOf(snapshot: Snapshot, policy: Policy): Promise<number> {
  const highs = await loadSolver();
  const solution = highs.solve(programOf(snapshot, policy), { mip_rel_gap: 0, mip_abs_gap: 1e-7 });
  if (solution.Status !== "Optimal") throw new Error(`the solver says ${solution.Status}`);
  return solution.ObjectiveValue;
}

/** In CPLEX's LP format. x: item on bin; e: excess of a bin's resource at a point; r: the bin receives. */
function programOf(snapshot: Snapshot, policy: Policy): string {
  const view = viewOf(snapshot);
  const ground = groundOf(view, policy, view.pursued);
  const { board, terrain, nodes, tasks } = ground;
  const { bins, items, dimensions, loads, base, start, price } = board.problem;
  const marks = marksOf(ground);
  const context = contextOf(snapshot, policy, snapshot.takenAtMs);
  const answers = tasks.map((task) => mayLeave(view, task, context));
  const mayStand = (item: number, bin: number): boolean => {
    const answer = answers[item];
    const node = nodes[bin];
    if (start[item] === bin) return true;
    return (
      answer?.ok === true && node !== undefined && refusalAmong(STANDING, answer.traveller, node) === null
    );
  };
  const objective: string[] = [];
  const rows: string[] = [];
  const binaries: string[] = [];
  for (let item = 0; item < items; item += 1) {
    const options = Array.from({ length: bins }, (_, bin) => bin).filter((bin) => mayStand(item, bin));
    rows.push(`${options.map((bin) => `x_${item}_${bin}`).join(" + ")} = 1`);
    for (const bin of options) {
      binaries.push(`x_${item}_${bin}`);
      if (bin === start[item]) continue;
      objective.push(`${price[item] ?? 0} x_${item}_${bin}`);
      rows.push(`x_${item}_${bin} - r_${bin} <= 0`);
    }
  }
  for (let bin = 0; bin < bins; bin += 1) {
    binaries.push(`r_${bin}`);
    for (let at = 0; at < dimensions; at += 1) {
      const resource = Math.floor(at / terrain.points);
      const name = RESOURCE_NAMES[resource] ?? "cpu";
      const node = nodes[bin];
      const capacity = node?.capacity == null ? 0 : amountOf(node.capacity, name);
      const load = Array.from({ length: items }, (_, item) => item)
        .filter((item) => mayStand(item, bin) && (loads[item * dimensions + at] ?? 0) > 0)
        .map((item) => `${(loads[item * dimensions + at] ?? 0) / capacity} x_${item}_${bin}`)
        .join(" + ");
      if (load === "") continue;
      const beside = (base[bin * dimensions + at] ?? 0) / capacity;
      const mark = marks[bin * terrain.resources + resource] ?? 1;
      objective.push(`${OVERLOAD_WEIGHT * (terrain.weights[at % terrain.points] ?? 0)} e_${bin}_${at}`);
      rows.push(`${load} - e_${bin}_${at} <= ${mark - beside}`);
      // Whatever stands there, no more than all items can.
      const most = beside + loadOfAll(loads, items, dimensions, at) / capacity;
      const { target } = policy.marks[name];
      if (most > target) rows.push(`${load} + ${most - target} r_${bin} <= ${most - beside}`);
    }
  }
  const numbered = rows.map((row, index) => ` c${index}: ${row}`).join("\n");
  return `Minimize\n obj: ${objective.join(" + ") || "0 r_0"}\nSubject To\n${numbered}\nBinary\n ${binaries.join("\n ")}\nEnd\n`;
}

function loadOfAll(loads: Float32Array, items: number, dimensions: number, at: number): number {
  let sum = 0;
  for (let item = 0; item < items; item += 1) sum += loads[item * dimensions + at] ?? 0;
  return sum;
}
