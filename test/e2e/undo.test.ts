import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { dockerOf, IMAGES } from "../../lab/lab.ts";
import { eventsSince } from "./support/container-events.ts";
import { specsOf, withoutVersions } from "./support/evidence.ts";
import { openTestLab, runningTasks, type TestLab } from "./support/lab.ts";
import { startScheduler } from "./support/scheduler.ts";
import { crowd, removeAll } from "./support/workload.ts";

/** On node2 what it should be; elsewhere another image has its name, which nobody can know beforehand. */
const ELSEWHERE_ANOTHER = "elsewhere-another:latest";

const COMMAND = { Command: ["node", "/workload.mjs"] };

describe("a move that cannot land", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    const [repo = "", tag = ""] = ELSEWHERE_ANOTHER.split(":");
    for (const node of test.lab.nodes) {
      const content = node.name === "node2" ? IMAGES.workload : IMAGES.prometheus;
      await dockerOf(node).getImage(content).tag({ repo, tag });
    }
  });
  after(async () => {
    await removeAll(test.docker);
    for (const node of test.lab.nodes) await dockerOf(node).getImage(ELSEWHERE_ANOTHER).remove();
  });

  it("is undone when it cannot start on the target: the old task never stopped", async (context) => {
    const { docker, lab } = test;
    await crowd(docker, "node2", [
      { name: "rare-a", replicas: 1, memoryMb: 330, image: ELSEWHERE_ANOTHER, container: COMMAND },
      { name: "rare-b", replicas: 1, memoryMb: 330, image: ELSEWHERE_ANOTHER, container: COMMAND },
    ]);
    const specs = await specsOf(docker);
    const tasks = await bothTasks(test);
    const startedMs = Date.now();
    // After the first failure it is left alone for the rest of the test.
    const scheduler = await startScheduler(context, test, "act", { BALLAST_MOVES_PER_ROUND: "1" });

    const { results } = await scheduler.decided("an undone move", (entry) => entry.results.length > 0);
    assert.equal(await scheduler.end("SIGTERM"), 0);
    assert.equal(results[0]?.outcome, "undone");
    assert.match(results[0].detail, /the new task (is|was) (rejected|failed)/);
    assert.deepEqual(withoutVersions(await specsOf(docker)), withoutVersions(specs));
    assert.deepEqual(await bothTasks(test), tasks);
    const events = await eventsSince(lab, startedMs);
    const stopped = events.filter(
      ({ action, service }) =>
        service.startsWith("rare-") && ["kill", "die", "stop", "pause"].includes(action),
    );
    assert.deepEqual(stopped, []);
  });

  it("counts the failure and explains it", async (context) => {
    const scheduler = await startScheduler(context, test, "act");
    const entry = await scheduler.decided("an undone move", ({ results }) => results.length > 0);
    assert.match(await scheduler.metrics(), /ballast_moves_total\{outcome="undone"\} [1-9]/);
    assert.equal(entry.decision.outcome, "plan");
    assert.match(entry.results[0]?.detail ?? "", /the new task (is|was) (rejected|failed)/);
    assert.match(scheduler.output(), /"step":"undone"/);
  });
});

async function bothTasks({ docker }: TestLab): Promise<readonly string[]> {
  const running = [...(await runningTasks(docker, "rare-a")), ...(await runningTasks(docker, "rare-b"))];
  return running.map(({ ID }) => ID).sort();
}
