import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as z from "zod";
import { readText, readYaml } from "../../support/repository.ts";
import { alertRules } from "../../support/rules.ts";

const caseSchema = z.object({
  alertname: z.string(),
  exp_alerts: z.array(z.unknown()).default([]),
});
const testSchema = z.object({
  tests: z.array(z.object({ alert_rule_test: z.array(caseSchema).default([]) })),
});

const alerts = alertRules().flatMap(({ alert }) => alert ?? []);
const sections = [...readText("docs/alerts.md").matchAll(/^## (.+)$/gm)].map(([, title]) => title);
const cases = testSchema
  .parse(readYaml("alerts/ballast.test.yml"))
  .tests.flatMap((test) => test.alert_rule_test);

describe("alerts", () => {
  it("are the sections of docs/alerts.md, in the same order", () => {
    assert.deepEqual(sections, alerts);
  });

  for (const alert of alerts) {
    it(`${alert} is tested both firing and silent`, () => {
      const fires = cases
        .filter(({ alertname }) => alertname === alert)
        .map((test) => test.exp_alerts.length > 0);
      assert.deepEqual(new Set(fires), new Set([true, false]));
    });
  }
});
