import { describe, it } from "node:test";
import { mustSucceed } from "../support/program.ts";

describe("alerts/", () => {
  it("has rules that promtool accepts", () => {
    mustSucceed("promtool", "check", "rules", "--lint-fatal", "alerts/ballast.rules.yml");
  });

  it("fires and keeps silent as alerts/ballast.test.yml says", () => {
    mustSucceed("promtool", "test", "rules", "alerts/ballast.test.yml");
  });
});
