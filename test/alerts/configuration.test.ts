import { describe, it } from "node:test";
import { mustSucceed } from "../support/program.ts";

describe("the configuration of Prometheus and Alertmanager", () => {
  for (const file of ["deploy/prometheus.yml", "demo/prometheus.yml"]) {
    it(`${file} is valid`, () => {
      mustSucceed("promtool", "check", "config", "--lint-fatal", file);
    });
  }

  it("deploy/alertmanager.yml is valid", () => {
    mustSucceed("amtool", "check-config", "deploy/alertmanager.yml");
  });

  it("routes an alert that asks for a decision to the scheduler and to people, any other to people alone", () => {
    const routes = ["config", "routes", "test", "--config.file=deploy/alertmanager.yml"];
    mustSucceed("amtool", ...routes, "--verify.receivers=scheduler,people", "ballast=rebalance");
    mustSucceed("amtool", ...routes, "--verify.receivers=people", "alertname=BallastAgentDown");
  });
});
