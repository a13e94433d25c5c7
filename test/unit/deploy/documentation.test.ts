import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { describe, it } from "node:test";
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
