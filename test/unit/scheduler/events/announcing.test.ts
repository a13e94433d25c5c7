import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EVENT } from "../../../../scheduler/api/schemas/events.ts";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { announcing } from "../../../../scheduler/events/announcing.ts";
import type { SchedulerEvent } from "../../../../scheduler/events/event.ts";
import type { Journal, JournalEntry } from "../../../../scheduler/journal/journal.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { aJournal, aMove, someEvents } from "./fixture.ts";

const SWARM = aSwarm(
  [aNode("n1"), aNode("n2")],
  stands("a", [{ on: "n1", cpu: 1.75 }]),
  stands("b", [{ on: "n1", cpu: 1.75 }]),
);
const DECISION = decide(SWARM, aPolicy(), NOW);
const ENTRY: JournalEntry = {
  trigger: "schedule",
  decision: DECISION,
  leads: true,
  withheld: null,
  results: [],
};

function journalAndHeard(): { readonly journal: Journal; readonly heard: readonly SchedulerEvent[] } {
  const events = someEvents();
  const heard: SchedulerEvent[] = [];
  events.listen((event) => heard.push(event));
  return { journal: announcing(aJournal(), events), heard };
}

describe("a journal that announces", () => {
  it("tells of a decision in a few words, before it is carried out and after", () => {
    const { journal, heard } = journalAndHeard();
    journal.write(ENTRY);
    journal.write({ ...ENTRY, results: [aMove({ service: "a" })] });
    assert.equal(DECISION.outcome, "plan");
    const [move] = DECISION.moves;
    const brief = {
      decision: DECISION.id,
      stage: "decided",
      trigger: "schedule",
      outcome: "plan",
      cause: DECISION.cause,
      reason: DECISION.reason,
      imbalance: DECISION.imbalance,
      imbalanceAfter: DECISION.imbalanceAfter,
      leads: true,
      withheld: null,
      moves: 1,
      plan: [{ service: move?.service, from: "n1", to: "n2", goal: move?.goal }],
      results: [],
    };
    assert.deepEqual(
      heard.map(({ data }) => data),
      [
        brief,
        { ...brief, stage: "carried out", results: [{ moveId: "m1", service: "a", outcome: "landed" }] },
      ],
    );
  });

  it("keeps what it always kept, and each event is what the description says", () => {
    const { journal, heard } = journalAndHeard();
    const { moveId, service, serviceId, fromId, toId, at } = aMove();
    const verdict = { moveId, service, serviceId, fromId, toId, at, outcome: "kept", detail: "" } as const;
    journal.write(ENTRY);
    journal.moved(aMove());
    journal.judged(verdict);
    assert.deepEqual(
      heard.map(({ type }) => type),
      ["decision", "move", "verdict"],
    );
    for (const event of heard) EVENT.parse(JSON.parse(JSON.stringify(event)));
    assert.deepEqual(journal.entries(), [ENTRY]);
    assert.deepEqual(journal.moves(0), [aMove()]);
    assert.deepEqual(journal.verdicts(0), [verdict]);
    assert.equal([...journal.lines()].length, 3);
  });

  it("stays brief however long the plan is", () => {
    const { journal, heard } = journalAndHeard();
    const [move] = DECISION.moves;
    assert.ok(move !== undefined);
    const moves = Array.from({ length: 5000 }, () => move);
    journal.write({ ...ENTRY, decision: { ...DECISION, moves } });
    const [event] = heard;
    assert.ok(event?.type === "decision");
    assert.equal(event.data.moves, 5000);
    assert.equal(event.data.plan.length, 20);
  });
});
