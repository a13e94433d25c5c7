import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { IMAGES, type LabNode } from "../../lab/lab.ts";
import type { AgentProcess } from "../support/agent-process.ts";
import { parseExposition } from "../support/exposition.ts";
import { startNodeAgent, steadyScrape } from "./support/agent.ts";
import { docker, removeContainers, TEST_LABEL } from "./support/container.ts";
import { openTestLab, type TestLab } from "./support/lab.ts";

const LANES = 3;
const CONTAINERS_PER_LANE = 4;

describe("an agent in a storm of containers that live for a moment", () => {
  let test: TestLab;
  let node: LabNode;
  let agent: AgentProcess;
  before(async () => {
    test = await openTestLab();
    node = test.nodeNamed("node2");
    agent = await startNodeAgent(test, "node2");
  });
  after(async () => {
    await agent.stop();
    await removeContainers(node);
  });

  it("answers every scrape, whole and readable, while containers vanish from under it", async () => {
    const pages: string[] = [];
    let isOver = false;
    const storm = Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(node, lane)));
    const ended = storm.finally(() => {
      isOver = true;
    });
    // A function, because the compiler believes that a variable cannot change while one waits.
    const rages = (): boolean => !isOver;
    while (rages()) pages.push(await steadyScrape(agent.url));
    await ended;
    assert.ok(pages.length > 5, `${pages.length} scrapes`);
    const seen = new Set<string>();
    for (const page of pages) {
      assertReadable(page);
      for (const { labels } of parseExposition(page)) seen.add(labels["name"] ?? "");
    }
    const stormy = [...seen].filter((name) => name.startsWith("storm-"));
    assert.ok(stormy.length > 0, "some of them lived long enough to be seen by name");
  });
});

async function runLane(node: LabNode, lane: number): Promise<void> {
  for (let index = 0; index < CONTAINERS_PER_LANE; index += 1) {
    const name = `--name=storm-${lane}-${index}`;
    await docker(node, "run", "--rm", name, `--label=${TEST_LABEL}`, IMAGES.workload, "true");
  }
}

/** Prometheus itself can parse it, and no series stands in it twice. */
function assertReadable(page: string): void {
  const { status, stderr } = spawnSync("promtool", ["check", "metrics"], { input: page, encoding: "utf8" });
  // 3 is said of names that could be better; what cannot be parsed is 1.
  assert.ok(status === 0 || status === 3, `promtool ends with ${status ?? "no"} status: ${stderr}`);
  const keys = parseExposition(page).map(({ name, labels }) => JSON.stringify([name, labels]));
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  assert.deepEqual(twice, []);
}
