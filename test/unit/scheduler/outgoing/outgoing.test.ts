import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { Registry } from "prom-client";
import { createOutgoingMetrics } from "../../../../scheduler/outgoing/metrics.ts";
import { startOutgoing, type Outgoing, type OutgoingParts } from "../../../../scheduler/outgoing/outgoing.ts";
import { OUTGOING } from "../../../../scheduler/outgoing/setting.ts";
import { startFakeServer, type FakeServer } from "../../../support/fake-server.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { aMove, aState, heldPause, someEvents, until } from "../events/fixture.ts";
import { seenLog, seenMetrics, type SeenMetrics } from "./fixture.ts";

const SECRET = "0123456789abcdef";

interface Started {
  readonly outgoing: Outgoing;
  readonly events: ReturnType<typeof someEvents>;
  readonly metrics: SeenMetrics;
}

function started(config: object, over: Partial<OutgoingParts> = {}): Started {
  const events = someEvents();
  const metrics = seenMetrics();
  const { log } = seenLog();
  const { pause } = heldPause();
  const clock = { now: () => NOW };
  const parts = { events, leads: () => true, metrics, log, clock, pause, random: () => 1, ...over };
  return { outgoing: startOutgoing(OUTGOING.parse(config), parts), events, metrics };
}

function urlOf({ port }: FakeServer): string {
  return `http://127.0.0.1:${port}`;
}

describe("events on their way out", () => {
  it("go to nobody unless it is said", async () => {
    const { outgoing, events, metrics } = started({});
    events.publish("move", aMove());
    await outgoing.stop(0);
    assert.deepEqual([metrics.counted, [...metrics.lengths]], [[], []]);
  });

  it("arrive at each webhook that wants them, signed over the very bytes that arrive, and at Grafana", async () => {
    const [hook, grafana] = [
      await startFakeServer(() => ({ body: {} })),
      await startFakeServer(() => ({ body: {} })),
    ];
    const { outgoing, events, metrics } = started({
      grafana: { url: urlOf(grafana), token: "t0ken" },
      webhooks: `chat ${urlOf(hook)}/in ${SECRET}; states ${urlOf(hook)}/states ${SECRET} state`,
    });
    assert.deepEqual(
      [...metrics.lengths],
      [
        ["grafana", 0],
        ["chat", 0],
        ["states", 0],
      ],
    );
    events.publish("move", aMove({ detail: "größer — “so”" }));
    await until(() => metrics.counted.length === 2);
    await outgoing.stop(0);
    const [{ path, headers, body } = assert.fail(), ...others] = hook.seen;
    assert.deepEqual([path, others.length], ["/in", 0]);
    assert.deepEqual((JSON.parse(body) as { data: unknown }).data, aMove({ detail: "größer — “so”" }));
    const { "ballast-event": event, "ballast-delivery": delivery, "ballast-signature": signature } = headers;
    assert.deepEqual([event, delivery], ["move", "r-1"]);
    const [, time = "", hex = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(signature)) ?? [];
    assert.equal(hex, createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex"));
    assert.equal(Number(time), NOW / 1000);
    assert.deepEqual(
      grafana.seen.map((seen) => [seen.path, seen.headers.authorization]),
      [["/api/annotations", "Bearer t0ken"]],
    );
  });

  it("are the leader's alone to send", async () => {
    const hook = await startFakeServer(() => ({ body: {} }));
    let leads = false;
    const { outgoing, events, metrics } = started(
      { webhooks: `chat ${urlOf(hook)} ${SECRET}` },
      { leads: () => leads },
    );
    events.publish("state", aState(1));
    leads = true;
    events.publish("state", aState(2));
    await until(() => metrics.counted.length === 1);
    await outgoing.stop(0);
    assert.deepEqual(
      hook.seen.map(({ headers }) => headers["ballast-delivery"]),
      ["r-2"],
    );
  });

  it("that cannot leave for one place leave for the others, and keep nobody waiting", async () => {
    const [deaf, hook] = [await startFakeServer(() => "never"), await startFakeServer(() => ({ body: {} }))];
    const { outgoing, events, metrics } = started({
      webhooks: `deaf ${urlOf(deaf)} ${SECRET};chat ${urlOf(hook)} ${SECRET}`,
    });
    const beganMs = performance.now();
    for (let each = 0; each < 5000; each += 1) events.publish("state", aState(each));
    const tookMs = performance.now() - beganMs;
    assert.ok(tookMs < 2000, `5,000 events took ${tookMs} ms to tell`);
    assert.deepEqual(
      [...metrics.lengths],
      [
        ["deaf", 1000],
        ["chat", 1000],
      ],
    );
    await until(() => metrics.count("delivered") === 1000);
    assert.equal(metrics.lengths.get("deaf"), 1000);
    await outgoing.stop(50);
    assert.equal(metrics.counted.filter((each) => each === "deaf dropped").length, 5000);
  });

  it("end with the scheduler: what happens afterwards is told to nobody", async () => {
    const hook = await startFakeServer(() => ({ body: {} }));
    const { outgoing, events, metrics } = started({ webhooks: `chat ${urlOf(hook)} ${SECRET}` });
    events.publish("state", aState(1));
    await outgoing.stop(2000);
    events.publish("state", aState(2));
    assert.deepEqual(metrics.counted, ["chat delivered"]);
    assert.equal(hook.seen.length, 1);
  });
});

describe("what is counted of events on their way out", () => {
  it("is there from the start, by destination", async () => {
    const registry = new Registry();
    const hook = await startFakeServer(() => ({ status: 400, body: {} }));
    const { outgoing, events } = started(
      { webhooks: `chat ${urlOf(hook)} ${SECRET}` },
      { metrics: createOutgoingMetrics(registry) },
    );
    const samples = async (): Promise<readonly string[]> =>
      (await registry.metrics()).split("\n").filter((line) => line.startsWith("ballast_"));
    const counts = (refused: number): readonly string[] => [
      'ballast_outgoing_events_total{destination="chat",outcome="delivered"} 0',
      `ballast_outgoing_events_total{destination="chat",outcome="refused"} ${refused}`,
      'ballast_outgoing_events_total{destination="chat",outcome="dropped"} 0',
      'ballast_outgoing_queue_length{destination="chat"} 0',
    ];
    assert.deepEqual(await samples(), counts(0));
    events.publish("state", aState(1));
    await outgoing.stop(2000);
    assert.deepEqual(await samples(), counts(1));
  });
});

describe("the setting of Grafana", () => {
  it("is an address and a token, or neither", () => {
    const faultIn = (grafana: object): string | undefined =>
      OUTGOING.safeParse({ grafana })
        .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)
        .join();
    assert.equal(faultIn({}), undefined);
    assert.equal(faultIn({ url: "http://g", token: "t" }), undefined);
    assert.equal(faultIn({ url: "http://g" }), "grafana.token: is not set, but url is; set both or neither");
    assert.equal(faultIn({ token: "t" }), "grafana.url: is not set, but token is; set both or neither");
  });
});
