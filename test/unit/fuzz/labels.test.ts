import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readRecord } from "../../../scheduler/act/raw.ts";
import { RAW_CONFIG, RAW_SERVICE } from "../../../scheduler/observe/swarm/raw.ts";
import { orderOf, serviceOf } from "../../../scheduler/observe/swarm/parse.ts";
import { STEER_LABEL } from "../../../scheduler/domain/steer.ts";
import { playRound } from "../../support/hostile-round.ts";
import { startHostileServers } from "../../support/hostile-servers.ts";
import { at } from "../../support/hostile-swarm.ts";
import { hostileText, hostileValue, someMutation, spoil } from "../../support/hostile-values.ts";
import { runs } from "../../support/runs.ts";
import {
  COOL,
  HOT,
  idOf,
  soundDocuments,
  type Documents,
  type JsonObject,
} from "../../support/hostile-world.ts";

const servers = await startHostileServers(soundDocuments(Date.now()));

function serviceNamed({ docker }: Documents, name: string): JsonObject {
  return docker.services.find(({ ID }) => ID === idOf(name)) ?? {};
}

function setLabel(documents: Documents, service: string, label: string, value: string): void {
  const labels = at(serviceNamed(documents, service), "Spec", "Labels") as JsonObject;
  labels[label] = value;
}

/** The record of a move that nobody began, spoilt in one place or two. */
const someRecord: fc.Arbitrary<string> = fc.oneof(
  fc.array(someMutation, { minLength: 1, maxLength: 2 }).map((mutations) => {
    const record: JsonObject = {
      version: 1,
      moveId: "m1",
      taskId: idOf("task1"),
      from: HOT,
      to: COOL,
      added: [`node.id==${COOL}`],
      updateConfig: null,
      specDigest: "0".repeat(32),
      deadline: new Date(Date.now() + 60_000).toISOString(),
    };
    for (const mutation of mutations) spoil(record, mutation);
    return JSON.stringify(record);
  }),
  hostileText,
  hostileValue.map((value) => JSON.stringify(value)),
  fc.nat(5000).map((depth) => "[".repeat(depth)),
);

describe("a record of a move that says nonsense", () => {
  it("is read, or known to be none, without a throw", () => {
    fc.assert(
      fc.property(someRecord, (text) => {
        const record = readRecord(text);
        if (record === null) return;
        assert.ok(Array.isArray(record.added) && record.added.every((each) => typeof each === "string"));
        assert.ok(!Number.isNaN(Date.parse(record.deadline)));
      }),
      runs(1000),
    );
  });

  it("stands in the service as text that claims no more than it says", () => {
    fc.assert(
      fc.property(someRecord, (text) => {
        const documents = soundDocuments(Date.now());
        setLabel(documents, "web", STEER_LABEL, text);
        const { steer } = serviceOf(RAW_SERVICE.parse(serviceNamed(documents, "web")));
        assert.equal(steer?.record, text);
      }),
      runs(300),
    );
  });

  it("that cannot be read leads to no write to that service", async () => {
    const unreadable = someRecord.filter((text) => readRecord(text) === null);
    await fc.assert(
      fc.asyncProperty(unreadable, async (text) => {
        const documents = soundDocuments(Date.now());
        setLabel(documents, "web", STEER_LABEL, text);
        servers.play(documents);
        const { results } = await playRound(servers);
        const touched = servers.writes.filter(({ path }) => path.includes(idOf("web")));
        assert.deepEqual(touched, []);
        const [first] = results;
        assert.deepEqual([first?.service, first?.outcome], ["web", "failed"]);
        assert.match(
          first?.detail ?? "",
          /^its label ballast\.steer is not readable; remove that label by hand$/,
        );
      }),
      runs(25),
    );
  });
});

describe("a wish of the owner that is not understood", () => {
  it("keeps the service where it is, and the others are moved all the same", async () => {
    const wishes = fc.oneof(hostileText, fc.constantFrom("Never", "start-first ", "yes"));
    await fc.assert(
      fc.asyncProperty(wishes, async (wish) => {
        const documents = soundDocuments(Date.now());
        setLabel(documents, "api", "ballast.move", wish);
        servers.play(documents);
        await playRound(servers);
        const paths = new Set(servers.writes.map(({ path }) => path));
        assert.deepEqual([...paths], [`/services/${idOf("web")}/update`]);
      }),
      runs(25),
    );
  });
});

/** An order of each kind, spoilt in a place, or none at all. */
const someOrder: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.constantFrom("pause", "reset", "drain"), someMutation, fc.boolean())
    .map(([kind, mutation, isSpoilt]) => {
      const until = "2999-01-01T00:00:00Z";
      const more = {
        pause: { service: null, until },
        reset: { until },
        drain: { node: idOf("away"), force: false },
      };
      const order: JsonObject = { kind, ...more[kind], reason: "", at: "2026-01-01T00:00:00Z" };
      if (isSpoilt) spoil(order, mutation);
      return Buffer.from(JSON.stringify(order)).toString("base64");
    }),
  hostileText,
  hostileValue.map((value) => Buffer.from(JSON.stringify(value)).toString("base64")),
);

describe("an order that is not understood", () => {
  it("keeps everything where it is, since it might be a pause, and is named", async () => {
    await fc.assert(
      fc.asyncProperty(someOrder, async (data) => {
        const documents = soundDocuments(Date.now());
        const config = {
          ID: idOf("order"),
          Version: { Index: 1 },
          Spec: { Name: "ballast.pause", Data: data },
        };
        documents.docker.configs.push(config);
        servers.play(documents);
        const { decision } = await playRound(servers);
        const order = RAW_CONFIG.safeParse(config);
        if (order.success) {
          assert.equal(orderOf(order.data).id, idOf("order"));
          return;
        }
        assert.deepEqual(servers.writes, []);
        assert.match(decision.reason, /at configs\[1\]\.Spec\.Data/);
      }),
      runs(50),
    );
  });
});
