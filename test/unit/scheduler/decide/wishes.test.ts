import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anchorOf, faultsOfWishes, mindsNode, spreadValue } from "../../../../scheduler/decide/wishes.ts";
import type { Service } from "../../../../scheduler/domain/service.ts";
import { aNode, aService } from "../../../support/swarm-builder.ts";

const STACK = "com.docker.stack.namespace";

function byName(...services: readonly Service[]): ReadonlyMap<string, Service> {
  return new Map(services.map((service) => [service.name, service]));
}

describe("the wish to follow", () => {
  const cache = aService("cache");
  const ours = aService("c1", { name: "shop_cache" });
  const wishing = (labels: Service["labels"]) => aService("web", { labels });

  it("names a service", () => {
    assert.equal(anchorOf(wishing({ "ballast.follow": "cache" }), byName(cache))?.id, "cache");
  });
  it("means the one of the same stack first, as stack files have it", () => {
    const web = wishing({ "ballast.follow": "cache", [STACK]: "shop" });
    assert.equal(anchorOf(web, byName(cache, ours))?.id, "c1");
    assert.equal(anchorOf(web, byName(cache))?.id, "cache");
    assert.equal(
      anchorOf(wishing({ "ballast.follow": "shop_cache", [STACK]: "shop" }), byName(ours))?.id,
      "c1",
    );
  });
  it("is none without the label, of a service that is not there, or of itself", () => {
    assert.equal(anchorOf(wishing({}), byName(cache)), null);
    assert.equal(anchorOf(wishing({ "ballast.follow": "gone" }), byName(cache)), null);
    const self = wishing({ "ballast.follow": "web" });
    assert.equal(anchorOf(self, byName(self)), null);
  });
});

describe("the wish to be spread", () => {
  const node = aNode("n1", { labels: { zone: "a" }, engineLabels: { rack: "b2" } });

  it("is over the values of a node's label, an engine's, or the hostname", () => {
    const valueOver = (key: string) =>
      spreadValue(aService("web", { labels: { "ballast.spread": key } }), node);
    assert.equal(valueOver("node.labels.zone"), "a");
    assert.equal(valueOver("engine.labels.rack"), "b2");
    assert.equal(valueOver("node.hostname"), "n1");
  });
  it("is none without the label", () => {
    assert.equal(spreadValue(aService("web"), node), null);
  });
  it("tells nodes with a value from those without", () => {
    const web = aService("web", { labels: { "ballast.spread": "node.labels.zone" } });
    assert.notEqual(spreadValue(web, aNode("n2")), spreadValue(web, node));
  });
});

describe("the wish to stand elsewhere", () => {
  const ssd = aNode("n1", { labels: { disk: "ssd" } });
  const web = aService("web", { labels: { "ballast.prefer": "node.labels.disk==ssd" } });

  it("minds the nodes that are not as preferred", () => {
    assert.deepEqual([mindsNode(web, ssd), mindsNode(web, aNode("n2"))], [false, true]);
  });
  it("minds none without the label", () => {
    assert.equal(mindsNode(aService("web"), aNode("n2")), false);
  });
});

describe("the faults of wishes", () => {
  const faults = (labels: Service["labels"]) =>
    faultsOfWishes(aService("web", { labels }), byName(aService("db")));

  it("are none of wishes that can be understood, or of no wish", () => {
    assert.deepEqual(faults({}), []);
    const labels = {
      "ballast.follow": "db",
      "ballast.spread": "node.labels.zone",
      "ballast.prefer": "node.labels.disk!=hdd",
    };
    assert.deepEqual(faults(labels), []);
  });

  const wrong: readonly (readonly [label: string, value: string, says: RegExp])[] = [
    ["ballast.follow", "gone", /ballast\.follow names "gone"; write the name of another service/],
    ["ballast.follow", "web", /ballast\.follow names "web"/],
    ["ballast.spread", "zone", /ballast\.spread says "zone"; write one such as node\.labels\.zone/],
    ["ballast.spread", "node.labels.", /ballast\.spread says/],
    ["ballast.prefer", "disk is ssd", /ballast\.prefer: .*; write one such as node\.labels\.disk==ssd/],
  ];
  for (const [label, value, says] of wrong)
    it(`name the label and the mend of ${label}=${value}`, () => {
      const [fault, ...others] = faults({ [label]: value });
      assert.match(fault ?? "", says);
      assert.deepEqual(others, []);
    });
});
