import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { planEndpoint } from "../../../../scheduler/api/reads/plan.ts";
import type { Decision } from "../../../../scheduler/domain/decision.ts";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { aPolicy, NOW } from "../../../support/swarm-builder.ts";
import { SWARM } from "./server.ts";

const DECISION = decide(SWARM, aPolicy(), NOW);
const RAW = {
  params: {},
  query: {},
  body: undefined,
  caller: { name: "ann", role: "viewer" },
  key: null,
} as const;

/** The endpoint on a clock of its own, with decisions that come when the test says so. */
function slowPlan() {
  const waiting: ((decision: Decision) => void)[] = [];
  const clock = { nowMs: NOW };
  const endpoint = planEndpoint({
    observe: () => Promise.resolve({ snapshot: SWARM, leads: true }),
    decideOn: () => new Promise((resolve) => waiting.push(resolve)),
    now: () => clock.nowMs,
  });
  return { waiting, clock, ask: () => endpoint.answer(RAW) };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe("GET /v1/plan", () => {
  it("shares a decision among all who ask while it is being made, and for a while after, however long it took", async () => {
    const { waiting, clock, ask } = slowPlan();
    const first = ask();
    await turns();
    clock.nowMs += 20_000;
    const second = ask();
    await turns();
    assert.equal(waiting.length, 1);
    waiting[0]?.(DECISION);
    assert.deepEqual(await first, await second);
    clock.nowMs += 4000;
    await ask();
    assert.equal(waiting.length, 1);
    clock.nowMs += 2000;
    void ask();
    await turns();
    assert.equal(waiting.length, 2);
  });

  it("does not keep one that failed", async () => {
    const clock = { asked: 0 };
    const endpoint = planEndpoint({
      observe: () => Promise.resolve({ snapshot: SWARM, leads: true }),
      decideOn: () => {
        clock.asked += 1;
        return clock.asked === 1 ? Promise.reject(new Error("no thread")) : Promise.resolve(DECISION);
      },
      now: () => NOW,
    });
    await assert.rejects(endpoint.answer(RAW), /no thread/);
    assert.equal((await endpoint.answer(RAW)).kind, "text");
  });
});
