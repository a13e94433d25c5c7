import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fullMatrix, shortMatrix, type Cell } from "../../faults/support/fault-cells.ts";
import { POINTS, pointsOf } from "../../faults/support/fault-points.ts";
import { PROXY_FAULTS, type Call } from "../../faults/support/fault-proxy.ts";

const WEB = "web0000000000000000000000";
const STABILITY_SECONDS = 2;
const STEERING = JSON.stringify({ Labels: { "ballast.steer": "{}" } });

interface Told {
  readonly service?: string;
  readonly body?: string;
  readonly tasks?: readonly unknown[];
}

function call(atMs: number, what: string, { service = WEB, body = "", tasks }: Told = {}): Call {
  const answer =
    tasks === undefined ? null : { status: 200, headers: {}, body: Buffer.from(JSON.stringify(tasks)) };
  return { number: 0, atMs, kind: what.startsWith("GET") ? "read" : "write", what, service, body, answer };
}

function task(madeMs: number, state: string, desired: string): unknown {
  const at = new Date(madeMs).toISOString();
  return { ID: "t", CreatedAt: at, DesiredState: desired, Status: { State: state, Timestamp: at } };
}

const SERVICE = "GET /services/ID";
const TASKS = "GET /tasks";
const WRITE = "POST /services/ID/update";
const AT_MS = Date.parse("2026-01-01T00:00:00Z");

/** A move of which the new task runs from 500 ms after steering on, and is watched each second. */
function aMove(): readonly Call[] {
  const old = (desired: string, state: string) => task(AT_MS - 60_000, state, desired);
  const landing = [task(AT_MS + 500, "starting", "running"), old("running", "running")];
  const running = [task(AT_MS + 500, "running", "running"), old("shutdown", "shutdown")];
  return [
    call(AT_MS - 30, SERVICE),
    call(AT_MS - 20, TASKS, { tasks: [old("running", "running")] }),
    call(AT_MS - 10, WRITE, { body: STEERING }),
    call(AT_MS + 10, SERVICE),
    call(AT_MS + 20, TASKS, { tasks: landing }),
    call(AT_MS + 1010, SERVICE),
    call(AT_MS + 1020, TASKS, { tasks: running }),
    call(AT_MS + 2010, SERVICE),
    call(AT_MS + 2020, TASKS, { tasks: running }),
    call(AT_MS + 3010, SERVICE),
    call(AT_MS + 3020, TASKS, { tasks: running }),
    call(AT_MS + 3030, WRITE),
    call(AT_MS + 3040, SERVICE),
  ];
}

function pointsIn(calls: readonly Call[]): readonly (readonly string[])[] {
  return calls.map((each, index) => pointsOf(each, calls.slice(0, index), STABILITY_SECONDS));
}

describe("the calls of a move", () => {
  it("are known by their order, the last watch by its time", () => {
    const names = POINTS.map(({ name }) => [name]);
    assert.deepEqual(pointsIn(aMove()), [...names.slice(0, 7), [], [], ...names.slice(7), []]);
  });

  it("are those of one service", () => {
    const others = aMove().map((each) => ({ ...each, service: "api0000000000000000000000" }));
    const both = aMove().flatMap((each, index) => [each, others[index] ?? each]);
    const own = pointsIn(both).filter((_, index) => index % 2 === 0);
    assert.deepEqual(own, pointsIn(aMove()));
  });

  it("have no last watch while the old task is stopping", () => {
    const stopping = aMove().map((each) =>
      each.answer === null || each.atMs < AT_MS + 1000
        ? each
        : call(each.atMs, TASKS, {
            tasks: [task(AT_MS + 500, "running", "running"), task(AT_MS - 60_000, "running", "shutdown")],
          }),
    );
    assert.ok(
      !pointsIn(stopping)
        .flat()
        .some((name) => name.startsWith("last")),
    );
  });
});

describe("the matrix", () => {
  const textOf = ({ point, fault, when, replicas }: Cell) => `${point}, ${fault}, ${when}, ${replicas}`;
  const full = fullMatrix().flatMap(({ cells }) => cells);
  const short = shortMatrix().flatMap(({ cells }) => cells);

  it("has each call, fault and side once, with both kinds of service; a stale answer only for reads", () => {
    assert.equal(new Set(full.map(textOf)).size, full.length);
    const reads = POINTS.filter(({ kind }) => kind === "read").length;
    assert.equal(full.length, 2 * (POINTS.length * (PROXY_FAULTS.length - 1) * 2 + reads));
  });

  it("has in short each call with each fault once, of both sides and kinds", () => {
    const known = new Set(full.map(textOf));
    assert.ok(short.every((cell) => known.has(textOf(cell))));
    const pairs = new Set(full.map(({ point, fault }) => `${point}, ${fault}`));
    assert.equal(short.length, pairs.size);
    assert.equal(new Set(short.map(({ point, fault }) => `${point}, ${fault}`)).size, pairs.size);
    for (const fault of PROXY_FAULTS.filter((each) => each !== "stale")) {
      const cells = short.filter((cell) => cell.fault === fault);
      assert.deepEqual(new Set(cells.map(({ when }) => when)), new Set(["before", "after"]), fault);
      assert.deepEqual(new Set(cells.map(({ replicas }) => replicas)), new Set([1, 3]), fault);
    }
  });
});
