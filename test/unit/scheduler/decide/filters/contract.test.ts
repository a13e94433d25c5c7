import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TARGET_FILTERS } from "../../../../../scheduler/decide/filters/target-filters.ts";
import { TASK_FILTERS } from "../../../../../scheduler/decide/filters/task-filters.ts";
import type { Verdict } from "../../../../../scheduler/domain/decision.ts";
import { firstTaskRefusal, questionOf, type FilterCases, type Question } from "./filter-case.ts";
import { TARGET_FILTER_CASES } from "./target-filter-cases.ts";
import { TASK_FILTER_CASES } from "./task-filter-cases.ts";

interface Rule {
  readonly name: string;
  readonly ask: (question: Question) => Verdict;
}

const TASK_RULES: readonly Rule[] = TASK_FILTERS.map((filter) => ({
  name: filter.name,
  ask: ({ traveller }) => filter.check(traveller),
}));
const TARGET_RULES: readonly Rule[] = TARGET_FILTERS.map((filter) => ({
  name: filter.name,
  ask({ traveller, target }) {
    const verdict = filter.check(traveller, target);
    assert.equal(
      filter.allows?.(traveller, target) ?? verdict.ok,
      verdict.ok,
      "it says the same without words",
    );
    return verdict;
  },
}));

contract("task filter", TASK_RULES, TASK_FILTER_CASES);
contract("target filter", TARGET_RULES, TARGET_FILTER_CASES);

describe("the filters", () => {
  it("have names that differ, each fit for a metric's label", () => {
    const names = [...TASK_RULES, ...TARGET_RULES].map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
    for (const name of names) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  });
  it("refuse a job before anything else: a write to it re-runs it", () => {
    const job = TASK_FILTER_CASES["mode"]?.refuses.find(({ title }) => title === "a job");
    assert.ok(job !== undefined);
    assert.equal(firstTaskRefusal({ ...job, policy: { cooldownSeconds: Infinity } }), "mode");
  });
});

function contract(kind: string, rules: readonly Rule[], cases: Readonly<Record<string, FilterCases>>): void {
  describe(`the ${kind}s`, () => {
    it("have cases both ways, each of them, and no case is of a filter that is gone", () => {
      assert.deepEqual(Object.keys(cases).sort(), rules.map(({ name }) => name).sort());
      for (const { accepts, refuses } of Object.values(cases)) {
        assert.ok(accepts.length > 0 && refuses.length > 0);
      }
    });
  });
  for (const rule of rules)
    describe(`the ${kind} ${rule.name}`, () => {
      exercise(rule, cases[rule.name] ?? { accepts: [], refuses: [] });
    });
}

function exercise({ ask }: Rule, { accepts, refuses }: FilterCases): void {
  for (const accepted of accepts) {
    it(`accepts: ${accepted.title}`, () => {
      assert.deepEqual(ask(questionOf(accepted)), { ok: true });
    });
  }
  for (const refused of refuses) {
    it(`refuses: ${refused.title}`, () => {
      const verdict = ask(questionOf(refused));
      assert.ok(!verdict.ok);
      assert.match(verdict.detail, refused.says);
      assert.equal(verdict.detail.trim(), verdict.detail);
      assert.notEqual(verdict.detail, "");
    });
  }
  it("gives one answer to one question, asked twice or of an equal copy", () => {
    for (const one of [...accepts, ...refuses]) {
      const question = questionOf(one);
      const answer = ask(question);
      assert.deepEqual(ask(question), answer);
      assert.deepEqual(ask(questionOf({ ...one, swarm: structuredClone(one.swarm) })), answer);
    }
  });
}
