import assert from "node:assert/strict";
import { describe, it } from "node:test";
import axios from "axios";
import { parseCommandLine } from "../../../demo/options.ts";
import { startBallast } from "../../../demo/simulated-server.ts";
import { joinNode, startSwarm, statesOf } from "../../../demo/simulated-swarm.ts";
import { waitFor } from "../../../lab/wait.ts";
import type { JournalEntry } from "../../../scheduler/journal/journal.ts";

/** Ten minutes a second. */
const SPEED = 600;
const ALONE_MS = 600_000;

describe("the demo on a simulated swarm", () => {
  it("is asked for by a flag of the command line", () => {
    const parsed = parseCommandLine(["--simulated", "--once"]);
    assert.equal(parsed.kind, "run");
    assert.deepEqual([parsed.options.simulated, parsed.options.once], [true, true]);
    assert.equal(parseCommandLine(["--simulated=yes"]).kind, "faults");
  });

  it("levels the demo's workload while real time passes, and every answer says that it is simulated", async () => {
    const simulated = startSwarm(Date.now() - ALONE_MS);
    simulated.clock.runUntil(Date.now());
    const owned = statesOf(simulated.swarm);
    assert.deepEqual(
      owned.map(({ name, replicas, running }) => `${name} ${running}/${replicas}`),
      ["shop_web 3/3", "shop_search 1/1", "shop_render 1/1", "shop_mail 1/1"],
    );
    joinNode(simulated, 3);
    joinNode(simulated, 4);
    const ballast = await startBallast(simulated, SPEED);
    try {
      const entries = await waitFor(
        "a landed move and a level swarm after it",
        async () => {
          const { data } = await axios.get<{ decisions: readonly JournalEntry[] }>(
            `${ballast.url}/v1/decisions`,
          );
          const [last] = data.decisions;
          const landed = data.decisions
            .flatMap(({ results }) => results)
            .some(({ outcome }) => outcome === "landed");
          return landed && last?.decision.outcome === "level" ? data.decisions : null;
        },
        { timeoutMs: 60_000 },
      );
      assert.ok(
        entries.flatMap(({ results }) => results).every(({ toName }) => /^simulated[34]$/.test(toName)),
      );
      const { headers, data } = await axios.get<{ simulated: boolean; now: string; speed: number }>(
        `${ballast.url}/v1/simulation`,
      );
      assert.equal(headers["ballast-simulated"], "true");
      assert.deepEqual([data.simulated, data.speed], [true, SPEED]);
      assert.ok(Date.parse(data.now) > Date.now(), "its time runs ahead");
      const metrics = await axios.get<string>(`${ballast.url}/metrics`);
      assert.match(metrics.data, /^ballast_simulated 1$/m);
      assert.match(metrics.data, /^ballast_moves_total\{outcome="landed"\} [1-9]/m);
    } finally {
      await ballast.stop();
    }
    assert.deepEqual(statesOf(simulated.swarm), owned);
  });
});
