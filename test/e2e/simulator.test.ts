import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { dockerOf, fault, IMAGES } from "../../lab/lab.ts";
import { SYSTEM_CLOCK } from "../../scheduler/clock.ts";
import { SCENARIOS } from "../../sim/scenario/library.ts";
import { clear, play } from "../../sim/scenario/play.ts";
import { simulatedStage } from "../../sim/scenario/simulated-stage.ts";
import type { Stage, StageEvent } from "../../sim/scenario/stage.ts";
import { followNode, type Following } from "./support/container-events.ts";
import { openTestLab, type TestLab } from "./support/lab.ts";
import { removeAll } from "./support/workload.ts";

const SCARCE = { repo: "scarce", tag: "1" };
const SCARCE_ON = "node2";

/** The real swarm of the lab, on which scenarios are played as on the simulated one. */
interface LabStage extends Stage {
  stop(): void;
}

async function stageOn({ lab, docker, nodeNamed }: TestLab): Promise<LabStage> {
  const events: StageEvent[] = [];
  const followings = new Map<string, Following>();
  const follow = async (hostname: string): Promise<void> => {
    const following = await followNode(
      nodeNamed(hostname),
      Date.now(),
      ({ node, action, task: taskId, atMs }) => {
        if (action === "start" || action === "die") events.push({ node, action, taskId, atMs });
      },
    );
    followings.set(hostname, following);
  };
  for (const { name } of lab.nodes) await follow(name);
  return {
    docker,
    clock: SYSTEM_CLOCK,
    images: { workload: IMAGES.workload, scarce: `${SCARCE.repo}:${SCARCE.tag}` },
    lose: (hostname) => fault(lab, "kill", hostname),
    async revive(hostname) {
      await fault(lab, "heal", hostname);
      await follow(hostname);
    },
    events: (sinceMs) =>
      Promise.resolve(events.filter(({ atMs }) => atMs >= sinceMs).toSorted((a, b) => a.atMs - b.atMs)),
    stop() {
      for (const following of followings.values()) following.stop();
    },
  };
}

describe("the simulator comes to what a real swarm comes to", () => {
  let test: TestLab;
  let stage: LabStage;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    await dockerOf(test.nodeNamed(SCARCE_ON)).getImage(IMAGES.workload).tag(SCARCE);
    stage = await stageOn(test);
  });
  after(async () => {
    stage.stop();
    await removeAll(test.docker);
    await dockerOf(test.nodeNamed(SCARCE_ON)).getImage(`${SCARCE.repo}:${SCARCE.tag}`).remove();
  });

  for (const scenario of SCENARIOS) {
    it(scenario.name, async () => {
      const simulated = simulatedStage();
      const wanted = await play(stage, scenario).finally(() => clear(stage));
      const found = await simulated.clock.turn(play(simulated, scenario));
      assert.deepEqual(found, wanted);
    });
  }
});
