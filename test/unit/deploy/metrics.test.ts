import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as names from "../../../common/metrics/names.ts";
import { dashboardQueries } from "../../support/dashboard.ts";
import { metricsIn, recordingsIn, swarmLabelsIn } from "../../support/promql.ts";
import { alertRules } from "../../support/rules.ts";

const { SWARM_LABEL, ...families } = names;
const declared = new Set<string>(Object.values(families).flatMap((family) => Object.values(family)));
const labels = new Set<string>(Object.values(SWARM_LABEL));
const recorded = new Set(alertRules().flatMap(({ record }) => record ?? []));

const queries = [
  ...dashboardQueries().map(({ title, expr }) => ({ place: `panel "${title}"`, expr })),
  ...alertRules().map(({ alert, record, expr }) => ({ place: alert ?? record ?? "a rule", expr })),
];

describe("names in grafana/ and alerts/", () => {
  for (const { place, expr } of queries) {
    it(`${place} reads only what common/metrics/names.ts declares or a rule records`, () => {
      const unknown = [
        ...metricsIn(expr).filter((name) => !declared.has(name)),
        ...recordingsIn(expr).filter((name) => !recorded.has(name)),
        ...swarmLabelsIn(expr).filter((name) => !labels.has(name)),
      ];
      assert.deepEqual(unknown, [], expr);
    });
  }
});

describe("metricsIn", () => {
  it("tells metrics from labels, recordings and functions", () => {
    const expr = `sum by (node_name) (rate(node_a_total{node_id="x"}[5m]) * on (node_id) group_left (node_name) node_meta)
      + histogram_quantile(0.5, ballast_b_seconds_bucket) + node:c:ratio + up`;
    assert.deepEqual(metricsIn(expr), ["node_a_total", "node_meta", "ballast_b_seconds"]);
    assert.deepEqual(recordingsIn(expr), ["node:c:ratio"]);
  });
});
