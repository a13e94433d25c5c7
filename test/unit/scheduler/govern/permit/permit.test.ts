import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SERVICE_ACTS, type ServiceChange } from "../../../../../scheduler/domain/daily.ts";
import {
  USUAL_ACTS,
  type Asked,
  type Facts,
  type ServiceSubject,
} from "../../../../../scheduler/govern/permit/asked.ts";
import { permit } from "../../../../../scheduler/govern/permit/permit.ts";
import {
  ALL,
  against,
  detailOf,
  EACH,
  factsOf,
  IMAGE,
  objections,
  ofNode,
  ofService,
  RESTART,
  ROLLBACK,
  SCALE,
} from "./asking.ts";

describe("what is asked day by day", () => {
  it("is permitted where nothing stands against it", () => {
    for (const act of EACH) assert.deepEqual(against(ofService(act)), []);
    assert.deepEqual(against(ofNode("n2", { act: "labels", set: { disk: "ssd" }, remove: [] })), []);
    assert.deepEqual(against(ofNode("n2", { act: "availability", availability: "drain" })), []);
    assert.deepEqual(against(ofNode("m2", { act: "role", role: "worker" })), []);
    assert.deepEqual(
      against({ of: "swarm", act: { act: "tokens", role: "worker", rotate: true }, force: false }),
      [],
    );
  });

  it("is open only as far as the setting goes; what others rely on is not, unless it is said", () => {
    const tokens: Asked = { of: "swarm", act: { act: "tokens", role: "worker", rotate: false }, force: true };
    const usual = { allow: USUAL_ACTS };
    for (const act of EACH) assert.deepEqual(against(ofService(act), factsOf(), usual), []);
    assert.deepEqual(against(tokens, factsOf(), usual), ["policy allowed"]);
    assert.deepEqual(against(ofNode("m2", { act: "role", role: "worker" }), factsOf(), usual), [
      "policy allowed",
    ]);
    assert.match(
      objections(tokens, factsOf(), usual)[0]?.detail ?? "",
      /`tokens` is not among `api.allow` \(scale, /,
    );
    for (const act of EACH)
      assert.deepEqual(against(ofService(act), factsOf(), { allow: [] }), ["policy allowed"]);
  });

  it("is refused while the swarm is not known, whatever else there is against it", () => {
    const blind = (doubts: readonly string[]): Facts => ({
      ...factsOf(),
      inputs: [{ source: "swarm", ageSeconds: null, doubts }],
    });
    const asked = ofService(SCALE, { steered: true }, true);
    assert.deepEqual(against(asked, blind(["no leader"])), ["unknown unknown"]);
    assert.match(detailOf(asked, blind(["no leader"])), /no leader/);
    assert.deepEqual(against(asked, { ...factsOf(), inputs: [] }), ["unknown unknown"]);
  });

  it("is refused where the spec could not be written back, by force too", () => {
    assert.deepEqual(against(ofService(RESTART, { exact: false }, true)), ["state exact"]);
  });

  it("never depends on anything but what is given, and force never makes it worse", () => {
    const someSubject = fc.record({
      mode: fc.constantFrom("replicated" as const, "global" as const, "replicated-job" as const),
      replicas: fc.constantFrom(null, 0, 2),
      image: fc.constantFrom(null, "web:1"),
      labels: fc.constantFrom<Readonly<Record<string, string>>>(
        {},
        { "ballast.acts": "none" },
        { "ballast.acts": "scale" },
      ),
      updateState: fc.constantFrom(null, "updating", "paused", "rollback_started", "completed"),
      steered: fc.boolean(),
      previous: fc.constantFrom("none" as const, "steered" as const, "owners" as const),
      exact: fc.boolean(),
    });
    fc.assert(
      fc.property(
        someSubject,
        fc.constantFrom(...EACH, { act: "scale", replicas: 0 } as const),
        (subject, act) => {
          const mild = permit(ofService(act, subject), factsOf(), ALL);
          const forced = permit(ofService(act, subject, true), factsOf(), ALL);
          assert.deepEqual(permit(ofService(act, subject), factsOf(), ALL), mild);
          if (mild.permitted) assert.ok(forced.permitted);
          if (!forced.permitted) assert.ok(forced.objections.every(({ yieldsToForce }) => !yieldsToForce));
        },
      ),
    );
  });
});

describe("the owner's label", () => {
  const labelled = (wish: string): Partial<ServiceSubject> => ({ labels: { "ballast.acts": wish } });

  it("lets what it names be asked, and nothing else, by force neither", () => {
    assert.deepEqual(against(ofService(SCALE, labelled("scale, restart"))), []);
    assert.deepEqual(against(ofService(IMAGE, labelled("scale,restart"), true)), ["policy owner"]);
    assert.match(detailOf(ofService(IMAGE, labelled("scale"))), /have its owner add image/);
    for (const act of EACH)
      assert.deepEqual(against(ofService(act, labelled("none"), true)), ["policy owner"]);
  });

  it("that cannot be read lets nothing be asked, and says how to write it", () => {
    for (const wish of ["", "all", "scale;restart", "none,scale", "labels"]) {
      assert.deepEqual(against(ofService(SCALE, labelled(wish))), ["policy owner"], wish);
      assert.match(
        detailOf(ofService(SCALE, labelled(wish))),
        new RegExp(`write none, or some of ${SERVICE_ACTS.join(",")}`),
      );
    }
  });

  it("weighs more than what passes by itself", () => {
    assert.deepEqual(against(ofService(SCALE, { ...labelled("none"), steered: true })), ["policy owner"]);
  });
});

describe("of a service", () => {
  const cases: readonly (readonly [string, ServiceChange, Partial<ServiceSubject>, string, RegExp])[] = [
    ["a job", RESTART, { mode: "replicated-job" }, "job", /run again/],
    ["a global job", IMAGE, { mode: "global-job" }, "job", /run again/],
    ["a global one's number", SCALE, { mode: "global", replicas: null }, "replicated", /no number to set/],
    ["the image of what has none", IMAGE, { image: null }, "container", /no container/],
    ["a task is being moved", SCALE, { steered: true }, "moving", /ask again/],
    ["an update is under way", SCALE, { updateState: "updating" }, "updating", /or roll it back/],
    ["a rollback is under way", ROLLBACK, { updateState: "rollback_started" }, "updating", /ask again/],
    ["the update is paused", RESTART, { updateState: "paused" }, "updating", /another image/],
    ["there is nothing to go back to", ROLLBACK, { previous: "none" }, "previous", /remembers no spec/],
    ["what was before is a step of a move", ROLLBACK, { previous: "steered" }, "previous", /move by Ballast/],
  ];
  for (const [what, act, subject, rule, words] of cases)
    it(`it cannot be, even by force: ${what}`, () => {
      assert.deepEqual(against(ofService(act, subject, true)), [`state ${rule}`]);
      assert.match(detailOf(ofService(act, subject)), words);
    });

  it("what is global may be restarted, and what is updated rolled back", () => {
    assert.deepEqual(against(ofService(RESTART, { mode: "global", replicas: null })), []);
    for (const updateState of ["updating", "paused", "rollback_paused", "completed"])
      assert.deepEqual(against(ofService(ROLLBACK, { updateState })), [], updateState);
    for (const updateState of ["completed", "rollback_completed"])
      for (const act of EACH) assert.deepEqual(against(ofService(act, { updateState })), []);
  });

  it("only by force another image while an update is paused, or no replica at all", () => {
    const paused = { updateState: "paused" };
    assert.deepEqual(against(ofService(IMAGE, paused)), ["state updating"]);
    assert.deepEqual(against(ofService(IMAGE, paused, true)), []);
    const nothing = { act: "scale", replicas: 0 } as const;
    assert.deepEqual(against(ofService(nothing)), ["state nothing"]);
    assert.deepEqual(against(ofService(nothing, { replicas: 0 })), [], "it is so already");
    const scheduler = { labels: { "ballast.part": "scheduler" } };
    assert.match(detailOf(ofService(nothing, scheduler)), /part of Ballast itself/);
    const verdict = permit(ofService(nothing, scheduler, true), factsOf(), ALL);
    assert.ok(verdict.permitted);
    assert.match(verdict.notes.join(), /^by force: it is a part of Ballast itself/);
  });

  it("an image without a digest is remarked on", () => {
    const verdict = permit(ofService({ act: "image", image: "web:2" }), factsOf(), ALL);
    assert.ok(verdict.permitted);
    assert.match(verdict.notes.join(), /without a digest/);
  });
});
