import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createAlertActor, type AlertActorParts } from "../../../../scheduler/api/hooks/actor.ts";
import { WEBHOOK, type Alert } from "../../../../scheduler/api/hooks/alert.ts";
import { callFor, rulesFor, type AlertRule } from "../../../../scheduler/api/hooks/rules.ts";
import { alertRules } from "../../../../scheduler/api/hooks/rules-setting.ts";
import { endpointsOf } from "../../../../scheduler/api/routes.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { fakeRequestBook } from "../../../support/fake-request-book.ts";
import { hostileText } from "../../../support/hostile-values.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { apiPartsFor, SWARM } from "./server.ts";

const AT = new Date(NOW).toISOString();

function rulesIn(given: unknown): readonly AlertRule[] {
  return alertRules().parse(given);
}

function faultsIn(given: unknown): string {
  const { error } = alertRules().safeParse(given);
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ") ?? "";
}

function anAlert(labels: Readonly<Record<string, string>>, over: Partial<Alert> = {}): Alert {
  const [alert] = WEBHOOK.parse({
    version: "4",
    alerts: [{ status: "firing", labels, startsAt: AT, fingerprint: "f1", ...over }],
  }).alerts;
  assert.ok(alert !== undefined);
  return alert;
}

describe("rules about alerts", () => {
  it("are a list in the file, or the same as YAML in a variable", () => {
    const asText = rulesIn(
      "[{match: {alertname: NodeHot, severity: /page|critical/}, do: rebalance, node: instance}]",
    );
    const asList = rulesIn([
      { match: { alertname: "NodeHot", severity: "/page|critical/" }, do: "rebalance", node: "instance" },
    ]);
    assert.deepEqual(asText, asList);
    assert.deepEqual(rulesIn(""), []);
    assert.equal(asText[0]?.name, "rule-1");
  });

  it("that say something else are refused, each with its place and the mend", () => {
    for (const [given, fault] of [
      ["nonsense", /no list of rules/],
      [[{ match: {}, do: "drain", node: "instance" }], /0\.match: names no label/],
      [[{ match: { a: "b" }, do: "reboot" }], /0\.do/],
      [[{ match: { a: "b" }, do: "drain" }], /0\.node/],
      [[{ match: { a: "/(/" }, do: "pause" }], /no regular expression/],
      [[{ match: { a: "b" }, do: "scale", service: "s", by: 0, most: 3 }], /0\.by/],
      [[{ match: { a: "b" }, do: "rebalance", node: "n", service: "s" }], /not both/],
      [[{ match: { a: "b" }, do: "pause", surplus: 1 }], /surplus/],
      [
        [
          { name: "x", match: { a: "b" }, do: "pause" },
          { name: "x", match: { a: "c" }, do: "pause" },
        ],
        /name of two rules/,
      ],
    ] as const)
      assert.match(faultsIn(given), fault, JSON.stringify(given));
  });

  it("are met by alerts of which each label that they name fits, wholly", () => {
    const rules = rulesIn([{ match: { alertname: "Node.Hot", severity: "/page|critical/" }, do: "pause" }]);
    const met = (labels: Readonly<Record<string, string>>) => rulesFor(rules, anAlert(labels)).length;
    assert.equal(met({ alertname: "Node.Hot", severity: "page" }), 1);
    assert.equal(met({ alertname: "NodexHot", severity: "page" }), 0, "a text is no pattern");
    assert.equal(met({ alertname: "Node.Hot", severity: "pager" }), 0);
    assert.equal(met({ alertname: "Node.Hot" }), 0);
  });

  it("find the node that a label names by id, hostname or address, with a port or without", () => {
    const [rule] = rulesIn([{ match: { a: "b" }, do: "drain", node: "instance" }]);
    assert.ok(rule !== undefined);
    const swarm = aSwarm([aNode("n1", { hostname: "alpha", address: "10.0.0.7" }), aNode("n2")]);
    for (const instance of ["n1", "alpha", "alpha:9100", "10.0.0.7", "10.0.0.7:9100"]) {
      const call = callFor(rule, anAlert({ a: "b", instance }), swarm);
      assert.ok(call.ok, instance);
      assert.deepEqual(call.params, { node: "n1" });
    }
    for (const labels of [{ a: "b" }, { a: "b", instance: "beta" }, { a: "b", instance: "" }])
      assert.equal(callFor(rule, anAlert(labels), swarm).ok, false);
  });

  it("scale within their bounds only", () => {
    const scale = { match: { a: "b" }, do: "scale", service: "job", most: 4 };
    const replicas = (more: object, now: number): unknown => {
      const [rule] = rulesIn([{ ...scale, ...more }]);
      assert.ok(rule !== undefined);
      const copies = Array.from({ length: now }, () => ({ on: "n1" }));
      const swarm = aSwarm([aNode("n1")], stands("web", copies));
      const call = callFor(rule, anAlert({ a: "b", job: "web" }), swarm);
      return call.ok ? call.body["replicas"] : null;
    };
    assert.equal(replicas({}, 2), 3);
    assert.equal(replicas({ by: 5 }, 2), 4);
    assert.equal(replicas({}, 4), null);
    assert.equal(replicas({}, 6), null, "never fewer by a rule that adds");
    assert.equal(replicas({ by: -1 }, 2), 1);
    assert.equal(replicas({ by: -1 }, 1), null);
  });

  it("come to a call or to a reason, whatever the labels are", () => {
    const rules = rulesIn([
      { match: { a: "/.*/s" }, do: "rebalance", node: "n" },
      { match: { a: "/.*/s" }, do: "pause", service: "n" },
    ]);
    fc.assert(
      fc.property(fc.dictionary(hostileText, hostileText), hostileText, (labels, n) => {
        const alert = anAlert({ ...labels, n });
        for (const rule of rulesFor(rules, alert)) {
          const call = callFor(rule, alert, SWARM);
          assert.ok(call.ok || call.detail.length > 0);
        }
      }),
    );
  });
});

/** An actor over the real endpoints, on a swarm that is given. */
function actorFor(rules: unknown, over: Partial<AlertActorParts> = {}, snapshot: Snapshot = SWARM) {
  const { parts, orderBook, counted } = apiPartsFor({
    policy: aPolicy({ mode: "act" }),
    rules: rulesIn(rules),
    observe: () => Promise.resolve({ snapshot, leads: true }),
    requests: fakeRequestBook(),
    ...over,
  });
  const endpoints = endpointsOf(parts);
  const actor = createAlertActor(parts, () => endpoints);
  return { actor, orderBook, counted };
}

const HOT = anAlert({ alertname: "NodeHot", instance: "n1:9100" });
const REBALANCE = [{ name: "hot", match: { alertname: "NodeHot" }, do: "rebalance", node: "instance" }];

describe("an alert that meets a rule", () => {
  it("causes what the rule says, once for each firing", async () => {
    const { actor, orderBook, counted } = actorFor(REBALANCE);
    actor.take([HOT]);
    actor.take([HOT]);
    await actor.settled();
    const [order, ...others] = orderBook.given;
    assert.ok(order?.kind === "moves");
    assert.deepEqual([others.length, order.by], [0, "alert:hot"]);
    assert.ok(order.moves.every(({ from }) => from === "n1"));
    assert.match(order.reason, /NodeHot/);
    assert.deepEqual(counted, ["hot done", "hot nothing"]);
    actor.take([anAlert(HOT.labels, { startsAt: new Date(NOW + 1000).toISOString() })]);
    await actor.settled();
    assert.equal(counted.at(-1), "hot done", "it fired anew");
  });

  it("that came before there was anything to do causes it when it is repeated", async () => {
    let snapshot = aSwarm([aNode("n1"), aNode("n2")], stands("a", [{ on: "n1", cpu: 0.5 }]));
    const { actor, orderBook, counted } = actorFor(REBALANCE, {
      observe: () => Promise.resolve({ snapshot, leads: true }),
    });
    actor.take([HOT]);
    await actor.settled();
    snapshot = SWARM;
    actor.take([HOT]);
    await actor.settled();
    assert.deepEqual(counted, ["hot nothing", "hot done"]);
    assert.equal(orderBook.given.length, 1);
  });

  it("causes nothing when it is resolved, nor by another rule", async () => {
    const { actor, orderBook } = actorFor(REBALANCE);
    actor.take([{ ...HOT, status: "resolved" }, anAlert({ alertname: "DiskFull", instance: "n1" })]);
    await actor.settled();
    assert.deepEqual(orderBook.given, []);
  });

  it("causes nothing but a pause where the mode is not act or the calendar is shut", async () => {
    const both = [...REBALANCE, { name: "hold", match: { alertname: "NodeHot" }, do: "pause", for: "1h" }];
    for (const over of [{ policy: aPolicy({ mode: "advise" }) }, { closed: () => "shut until Monday" }]) {
      const { actor, orderBook, counted } = actorFor(both, over);
      actor.take([HOT]);
      await actor.settled();
      assert.deepEqual(
        orderBook.given.map(({ kind }) => kind),
        ["pause"],
      );
      assert.deepEqual(counted, ["hot withheld", "hold done"]);
    }
  });

  it("causes no more within an hour than the rule allows", async () => {
    const earlier = (minutes: number) => ({
      kind: "request" as const,
      id: `r${minutes}`,
      by: "alert:hot",
      reason: "",
      at: new Date(NOW - minutes * 60_000).toISOString(),
      until: AT,
    });
    const snapshot = { ...SWARM, orders: [earlier(5), earlier(90)] };
    for (const [perHour, outcome] of [
      [1, "hot withheld"],
      [2, "hot done"],
    ] as const) {
      const { actor, counted } = actorFor(
        REBALANCE.map((rule) => ({ ...rule, perHour })),
        {},
        snapshot,
      );
      actor.take([HOT]);
      await actor.settled();
      assert.deepEqual(counted, [outcome]);
    }
  });

  it("is refused what a person would be, and nothing is done while the swarm cannot be read", async () => {
    const doubts = ["it is away"];
    const inputs = [{ source: "swarm", ageSeconds: null, doubts }] as const;
    const blind = actorFor(REBALANCE, {}, { ...SWARM, inputs });
    blind.actor.take([HOT]);
    await blind.actor.settled();
    assert.deepEqual([blind.counted, blind.orderBook.given], [["hot refused"], []]);
    const pause = { kind: "pause", id: "p", service: null, until: null, reason: "", at: AT } as const;
    const paused = actorFor(REBALANCE, {}, { ...SWARM, orders: [pause] });
    paused.actor.take([HOT]);
    await paused.actor.settled();
    assert.deepEqual([paused.counted, paused.orderBook.given], [["hot refused"], []]);
  });
});
