// The fault matrix of a move: at each of its API calls, before it and after it, each fault of fault-proxy.ts in turn.
// Several services move in one round, each struck at a call of its own; a scheduler is killed for one cell at a time.
//
// By default each call meets each fault once, before and after in turn, some with one of three replicas instead of an
// only one. With BALLAST_E2E_MATRIX=full every cell is taken, which takes the better part of an hour;
// BALLAST_E2E_CELLS="cut .* 3" takes only the tests whose name fits.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fullMatrix, shortMatrix, type Cell } from "./support/fault-cells.ts";
import { POINTS, pointsOf } from "./support/fault-points.ts";
import { nameOf, runCells, runCleanly, type Casting, type CellResult } from "./support/fault-run.ts";
import { setStage, STABILITY_SECONDS, type Mover, type Stage } from "./support/fault-stage.ts";
import { openTestLab } from "../e2e/support/lab.ts";

/** A call is known by what came before it, and the last watch by its time alone: a cell that was missed is tried again. */
const MOST_TRIES = 4;

describe("a move, struck at each of its calls", () => {
  const endings: (() => Promise<void>)[] = [];
  const done: CellResult[] = [];
  let stage: Stage;
  before(async () => {
    stage = await setStage({ after: (work) => endings.push(work) }, await openTestLab());
  });
  after(async () => {
    report(done);
    for (const end of endings.toReversed()) await end();
  });

  it("makes these calls and no others", async (context) => {
    await stage.measure(context);
    const movers = [1, 3].flatMap(
      (replicas) => stage.movers.find((mover) => mover.replicas === replicas) ?? [],
    );
    const calls = await runCleanly(context, stage, movers);
    for (const { id } of movers) {
      const own = calls.filter(({ service }) => service === id);
      const seen = own.flatMap((call, index) => pointsOf(call, own.slice(0, index), STABILITY_SECONDS));
      // A last watch may be missed: it is known by its time alone.
      const names = POINTS.map(({ name }) => name).filter((name) => !name.startsWith("last"));
      assert.deepEqual(
        [...new Set(seen)].filter((name) => !name.startsWith("last")),
        names,
      );
      const writes = own.filter(({ kind }) => kind === "write");
      assert.deepEqual(
        writes.map(({ what }) => what),
        Array(2).fill("POST /services/ID/update"),
      );
    }
    assert.deepEqual(
      calls.filter(({ kind, service }) => kind === "write" && service === null),
      [],
    );
  });

  const matrix = process.env["BALLAST_E2E_MATRIX"] === "full" ? fullMatrix() : shortMatrix();
  const wanted = new RegExp(process.env["BALLAST_E2E_CELLS"] ?? "");
  for (const { name, cells } of matrix.filter((group) => wanted.test(group.name))) {
    it(`leaves the service whole and its owner's: ${name}`, async (context) => {
      await stage.measure(context);
      let left = cells;
      for (let tries = 0; left.length > 0; tries += 1) {
        assert.ok(tries < MOST_TRIES, `never struck: ${left.map(nameOf).join("; ")}`);
        const missed: Cell[] = [];
        for (const batch of batchesOf(left, stage.movers)) {
          const results = await runCells(context, stage, batch);
          for (const result of results) console.log(lineOf(result));
          done.push(...results);
          missed.push(
            ...batch
              .map(({ cell }) => cell)
              .filter((cell) => !results.some((result) => result.cell === cell)),
          );
        }
        left = missed;
      }
      const bad = done.filter(({ cell, violations }) => cells.includes(cell) && violations.length > 0);
      assert.deepEqual(
        bad.map(({ cell, violations }) => [nameOf(cell), ...violations]),
        [],
      );
    });
  }
});

/** Gives each cell a service of its own, as many at once as there are; a killed scheduler strikes all that it moves. */
function batchesOf(cells: readonly Cell[], movers: readonly Mover[]): readonly (readonly Casting[])[] {
  const [cell, ...rest] = cells;
  if (cell === undefined) return [];
  const batch: Casting[] = [];
  const others: Cell[] = [];
  for (const next of [cell, ...rest]) {
    const free = movers.find(
      (mover) => mover.replicas === next.replicas && !batch.some((casting) => casting.mover === mover),
    );
    const isAlone = batch.length > 0 && next.fault === "kill";
    if (free === undefined || isAlone) others.push(next);
    else batch.push({ cell: next, mover: free });
  }
  return [batch, ...batchesOf(others, movers)];
}

function lineOf({ cell, outcome, seconds, violations }: CellResult): string {
  const verdict = violations.length === 0 ? "" : `; NOT AS IT MUST BE: ${violations.join("; ")}`;
  return `matrix: ${nameOf(cell)}: ${outcome}, ${seconds.toFixed(1)} s${verdict}`;
}

function report(results: readonly CellResult[]): void {
  for (const [fault, cells] of Map.groupBy(results, ({ cell }) => cell.fault)) {
    const outcomes = [...Map.groupBy(cells, ({ outcome }) => outcome)];
    const counts = outcomes.map(([outcome, { length }]) => `${length} ${outcome}`).sort();
    const longest = Math.max(...cells.map(({ seconds }) => seconds));
    console.log(
      `matrix: ${fault}: ${cells.length} cells: ${counts.join("; ")}; at rest within ${longest.toFixed(1)} s`,
    );
  }
  const bad = results.filter(({ violations }) => violations.length > 0).length;
  console.log(`matrix: ${results.length} cells, ${bad} not as they must be`);
}
