import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { dashboardQueries } from "../support/dashboard.ts";
import { mustSucceed } from "../support/program.ts";

it("the dashboard's queries are PromQL", (test) => {
  const folder = mkdtempSync(join(tmpdir(), "ballast-dashboard-"));
  test.after(() => {
    rmSync(folder, { recursive: true });
  });
  // promtool reads expressions only inside rules; JSON is YAML.
  const rules = dashboardQueries().map(({ expr }, index) => ({ record: `panel:query:${index}`, expr }));
  const file = join(folder, "queries.yml");
  writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
  mustSucceed("promtool", "check", "rules", file);
});
