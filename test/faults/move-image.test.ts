// The image of the service that moves is no good where it goes, which nobody can know beforehand (what can be known is
// refused: test/e2e/image.test.ts). The move is undone, and the old task never notices.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { IMAGES } from "../../lab/lab.ts";
import { openTestLab, runningTasks, type TestLab } from "../e2e/support/lab.ts";
import type { Ending } from "../e2e/support/scheduler.ts";
import { removeAll } from "../e2e/support/workload.ts";
import { breakElsewhere, loseRegistryOf } from "./support/bad-images.ts";
import { moveUnderWay, settles } from "./support/fault-around.ts";

describe("a move under way, and its image broken", () => {
  const endings: (() => Promise<void>)[] = [];
  const context: Ending = { after: (work) => endings.push(work) };
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
  });
  after(async () => {
    await removeAll(test.docker);
    for (const end of endings.toReversed()) await end();
  });

  it("is undone when the registry that had it is gone", async () => {
    const image = await loseRegistryOf(context, test, "node2", IMAGES.workload);
    await isUndone("lost", image, /^the new task is rejected: No such image: 127\.0\.0\.1:/);
  });

  it("is undone when its program fails on the target", async () => {
    const image = await breakElsewhere(context, test, "node2", IMAGES.workload);
    await isUndone("failing", image, /^the new task is failed: .*non-zero exit \(7\)/);
  });

  async function isUndone(prefix: string, image: string, why: RegExp): Promise<void> {
    const move = await moveUnderWay(context, test, prefix, { runs: { image } });
    const result = await settles(test, `image: ${prefix}`, move, { outcomes: ["undone"] });
    assert.match(result.detail, why);
    for (const { name, tasks } of [move.moved, move.other]) {
      const running = await runningTasks(test.docker, name);
      assert.deepEqual(
        running.map(({ ID }) => ID),
        tasks,
        name,
      );
    }
  }
});
