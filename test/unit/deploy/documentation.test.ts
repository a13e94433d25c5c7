import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { describe, it } from "node:test";
import { COLLECTOR_DEFAULTS } from "../../../agent/collectors/names.ts";
import { agentSettings } from "../../../agent/config.ts";
import { schedulerSettings } from "../../../scheduler/config.ts";
import { readText } from "../../support/repository.ts";

describe("docs/configuration.md", () => {
  const text = readText("docs/configuration.md");
  const documented = [...text.matchAll(/`(BALLAST_[A-Z_]+)`/g)].map(([, name]) => name);

  for (const { variable } of [...schedulerSettings(), ...agentSettings()]) {
    it(`names ${variable}`, () => {
      assert.ok(documented.includes(variable));
    });
  }

  const rows = text.split("\n").map((line) => line.replace(/ +/g, " "));
  const hasRow = (...cells: readonly string[]): boolean =>
    rows.some((row) => row.startsWith(`| ${cells.join(" | ")} |`));

  for (const [name, isOn] of Object.entries(COLLECTOR_DEFAULTS)) {
    it(`tells whether the collector ${name} runs by default`, () => {
      const variable = `BALLAST_AGENT_COLLECTOR_${name.toUpperCase()}`;
      assert.ok(hasRow(`\`${name}\``, isOn ? "on" : "off", `\`${variable}\``));
    });
  }

  const others = agentSettings().filter(({ path }) => !Object.hasOwn(COLLECTOR_DEFAULTS, path.at(-1) ?? ""));
  for (const { flag, variable, byDefault } of others) {
    it(`tells the default of --${flag}`, () => {
      // Those patterns are too long for a table.
      const words =
        (byDefault?.length ?? 0) > 20 && byDefault?.startsWith("^") === true
          ? "node_exporter's"
          : `\`${byDefault ?? ""}\``;
      assert.ok(hasRow(`\`--${flag}\``, `\`${variable}\``, words === "``" ? "none" : words));
    });
  }
});

describe("links between the documents", () => {
  const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/alerts.md", "lab/README.md"];
  for (const document of documents) {
    const links = [...readText(document).matchAll(/\]\((?!http)([^)#]+)/g)].map(([, link]) => link ?? "");
    for (const link of links) {
      it(`${document} leads to ${link}`, () => {
        const path = new URL(link, new URL(document, "file:///")).pathname.slice(1);
        assert.doesNotThrow(() => entry(path));
      });
    }
  }
});

/** Fails when there is neither a file nor a folder. */
function entry(path: string): unknown {
  return statSync(new URL(`../../../${path}`, import.meta.url));
}
