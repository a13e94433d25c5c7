import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import axios from "axios";
import { dockerOf, IMAGES, waitFor } from "../../lab/lab.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";
import { specsOf, withoutVersions } from "./support/evidence.ts";
import { openTestLab, runningTasks, type TestLab } from "./support/lab.ts";
import { startScheduler, type TestScheduler } from "./support/scheduler.ts";
import { crowd, removeAll } from "./support/workload.ts";

const REPO = "of-one-node";
const IMAGE = `${REPO}:1`;
const NAMES = ["local-a", "local-b"];
const ELSEWHERE = ["node1", "node3", "node4"];

describe("services whose image is on their node only", () => {
  let test: TestLab;
  const tagged = new Set<string>();

  async function tag(hostname: string): Promise<void> {
    await dockerOf(test.nodeNamed(hostname)).getImage(IMAGES.workload).tag({ repo: REPO, tag: "1" });
    tagged.add(hostname);
  }

  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    await tag("node2");
    await crowd(
      test.docker,
      "node2",
      NAMES.map((name) => ({ name, replicas: 1, memoryMb: 330, image: IMAGE })),
    );
  });
  after(async () => {
    await removeAll(test.docker);
    for (const hostname of tagged) await dockerOf(test.nodeNamed(hostname)).getImage(IMAGE).remove();
  });

  it("stay there, and the decision says why", async (context) => {
    const specs = await specsOf(test.docker);
    const tasks = await taskIds(test);
    await known(await startScheduler(context, test, "observe"));
    const scheduler = await startScheduler(context, test, "act");
    const { decision } = await scheduler.decided("stuck", (entry) => entry.decision.outcome === "stuck");
    const refusals = decision.refusals.filter(({ filter }) => filter === "image");
    for (const service of NAMES) {
      const own = refusals.filter((refusal) => refusal.service === service);
      assert.deepEqual(own.map(({ node }) => node).sort(), ELSEWHERE, service);
      for (const { detail, node } of own) {
        assert.equal(
          detail,
          `${IMAGE} is not on ${node ?? ""}, and no registry was asked for it when the service was deployed (no digest)`,
        );
      }
    }
    await scheduler.rounds(3);
    assert.deepEqual(
      (await scheduler.journal()).flatMap(({ results }) => results),
      [],
    );
    assert.deepEqual(withoutVersions(await specsOf(test.docker)), withoutVersions(specs));
    assert.deepEqual(await taskIds(test), tasks);
  });

  it("go where their image is, once it is somewhere else", async (context) => {
    await tag("node3");
    const scheduler = await startScheduler(context, test, "act");
    const { results } = await scheduler.decided("a move", (entry) => entry.results.length > 0);
    assert.deepEqual(
      results.map(({ outcome, toName }) => [outcome, toName]),
      [["landed", "node3"]],
    );
  });
});

/** Waits until the image is known to be on one node and on no other. */
async function known({ url }: TestScheduler): Promise<void> {
  await waitFor(
    "every node's images to be known",
    async () => {
      const { data } = await axios.get<Snapshot>(`${url}/v1/snapshot`);
      const told = data.nodes.map(({ id, hostname }) => `${hostname}: ${data.images[id]?.includes(IMAGE)}`);
      const wanted = data.nodes.map(({ hostname }) => `${hostname}: ${hostname === "node2"}`);
      if (told.join() === wanted.join()) return true;
      throw new Error(told.join());
    },
    { timeoutMs: 120_000 },
  );
}

async function taskIds({ docker }: TestLab): Promise<readonly string[]> {
  const running = await Promise.all(NAMES.map((name) => runningTasks(docker, name)));
  return running.flatMap((tasks) => tasks.map(({ ID }) => ID)).sort();
}
