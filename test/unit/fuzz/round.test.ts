import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { faultOfWrite } from "../../support/hostile-oracle.ts";
import { playRound, type PlayedRound } from "../../support/hostile-round.ts";
import { startHostileServers } from "../../support/hostile-servers.ts";
import { dockerParts, someMutation, spoil } from "../../support/hostile-values.ts";
import { soundDocuments, type JsonObject } from "../../support/hostile-world.ts";
import { runs } from "../../support/runs.ts";

const servers = await startHostileServers(soundDocuments(Date.now()));
/** A doubt is a line that a person reads, whatever it is about. */
const LONGEST_REASON = 2000;

/** What was written must be right, and what was not understood must be said. */
function judge(told: readonly JsonObject[], { decision }: PlayedRound): void {
  const faults = servers.writes.flatMap((write) => faultOfWrite(write, told) ?? []);
  assert.deepEqual(faults, []);
  if (decision.outcome !== "untrusted") return;
  assert.match(decision.reason, /^nothing moves: .+$/);
  assert.ok(decision.reason.length <= LONGEST_REASON, `a reason of ${decision.reason.length} characters`);
}

describe("a round that nobody spoils", () => {
  it("moves a task and lets go again", async () => {
    const documents = soundDocuments(Date.now());
    const told = structuredClone(documents.docker.services);
    servers.play(documents);
    const round = await playRound(servers);
    assert.deepEqual([round.decision.outcome, round.withheld], ["plan", null]);
    assert.deepEqual(
      round.results.map(({ outcome }) => outcome),
      ["landed"],
    );
    assert.equal(servers.writes.length, 2);
    judge(told, round);
  });
});

describe("a round whose manager tells nonsense", () => {
  it("ends, and writes to nothing but what it understood", async () => {
    let wrote = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(5), someMutation), { minLength: 1, maxLength: 3 }),
        async (mutations) => {
          const documents = soundDocuments(Date.now());
          const parts = dockerParts(documents);
          const places = mutations.map(([part, mutation]) =>
            spoil(parts[part] ?? documents.docker.nodes, mutation),
          );
          const told = structuredClone(documents.docker.services);
          servers.play(documents);
          const round = await playRound(servers);
          if (servers.writes.length > 0) wrote += 1;
          try {
            judge(told, round);
          } catch (error) {
            throw new Error(`spoilt at ${places.join(" and ")}: ${round.decision.reason}`, { cause: error });
          }
        },
      ),
      runs(200),
    );
    assert.ok(wrote > 0, "where nothing that counts is spoilt, it moves");
  });
});
