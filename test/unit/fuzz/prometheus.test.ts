import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { faultOfWrite } from "../../support/hostile-oracle.ts";
import { playRound } from "../../support/hostile-round.ts";
import { startHostileServers } from "../../support/hostile-servers.ts";
import { someMutation, spoil } from "../../support/hostile-values.ts";
import { soundDocuments, type Documents, type JsonObject } from "../../support/hostile-world.ts";
import { runs } from "../../support/runs.ts";

type Name = keyof Documents["prometheus"];

const servers = await startHostileServers(soundDocuments(Date.now()));
const NAMES = Object.keys(soundDocuments(0).prometheus) as Name[];

/** One round on documents that were changed; in words what it decided. */
async function roundAfter(change: (documents: Documents) => void): Promise<string> {
  const documents = soundDocuments(Date.now());
  change(documents);
  servers.play(documents);
  const { decision } = await playRound(servers);
  return decision.reason;
}

function sampleOf({ prometheus }: Documents, name: Name, index: number): JsonObject {
  const samples = prometheus[name];
  return samples[index % samples.length] ?? {};
}

const someSample = fc.tuple(fc.constantFrom(...NAMES), fc.nat(50));
/** As Prometheus writes what is no amount of anything, and as it never writes. */
const noAmount = fc.constantFrom(
  "NaN",
  "+Inf",
  "-Inf",
  "-1",
  "-0.001",
  "-1e300",
  "",
  " ",
  "0x10",
  "1e999",
  "x",
);

describe("a measurement that the move rests on", () => {
  it("which is no amount keeps everything where it is", async () => {
    await fc.assert(
      fc.asyncProperty(someSample, noAmount, async ([name, index], text) => {
        const reason = await roundAfter((documents) => {
          sampleOf(documents, name, index)["value"] = [Date.now() / 1000, text];
        });
        assert.deepEqual(servers.writes, [], `${name} ${index} ${JSON.stringify(text)}: ${reason}`);
      }),
      runs(40),
    );
  });

  it("which is missing keeps everything where it is", async () => {
    for (const name of NAMES) {
      for (const index of soundDocuments(0).prometheus[name].keys()) {
        const reason = await roundAfter(({ prometheus }) => prometheus[name].splice(index, 1));
        assert.deepEqual(servers.writes, [], `${name} ${index}: ${reason}`);
      }
    }
  });

  it("which contradicts another of the same thing keeps everything where it is", async () => {
    for (const name of NAMES) {
      // Of two moments of one agent the newer one counts.
      if (name === "sampledAt") continue;
      for (const index of soundDocuments(0).prometheus[name].keys()) {
        const reason = await roundAfter((documents) => {
          const twin = structuredClone(sampleOf(documents, name, index));
          twin["value"] = [Date.now() / 1000, "1"];
          documents.prometheus[name].push(twin);
        });
        assert.deepEqual(servers.writes, [], `${name} ${index}: ${reason}`);
      }
    }
  });

  it("which is more than there can be keeps everything where it is, and is named", async () => {
    const impossible: readonly (readonly [Name, string, RegExp])[] = [
      ["cpuCapacity", "0", /hot cannot be measured right: it has 0 cores/],
      ["cpuCapacity", "-4", /hot cannot be measured right: it has -4 cores/],
      ["memoryCapacity", "0", /hot cannot be measured right: it has 0 bytes of memory/],
      ["memoryAvailable", "-1", /hot cannot be measured right: it uses \d+ of \d+ bytes of memory/],
      ["cpuUsed", "1e9", /hot cannot be measured right: it uses 1000000000 of 4 cores/],
      ["taskCpu", "1e9", /task task10* cannot be measured right: it uses 1000000000 of 4 cores/],
      ["taskMemory", "1e15", /task task10* cannot be measured right: it uses 1000000000000000 of/],
    ];
    for (const [name, text, says] of impossible) {
      const reason = await roundAfter((documents) => {
        sampleOf(documents, name, 0)["value"] = [Date.now() / 1000, text];
      });
      assert.match(reason, says);
      assert.deepEqual(servers.writes, []);
    }
  });
});

describe("whatever Prometheus answers", () => {
  it("a round ends, and writes nothing that is not right", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...NAMES), someMutation), { minLength: 1, maxLength: 3 }),
        async (mutations) => {
          const documents = soundDocuments(Date.now());
          const told = structuredClone(documents.docker.services);
          for (const [name, mutation] of mutations) spoil(documents.prometheus[name], mutation);
          servers.play(documents);
          const { decision } = await playRound(servers);
          assert.deepEqual(
            servers.writes.flatMap((write) => faultOfWrite(write, told) ?? []),
            [],
          );
          assert.match(decision.reason, /^.{1,2000}$/);
        },
      ),
      runs(60),
    );
  });
});
