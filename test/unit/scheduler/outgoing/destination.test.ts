import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  createDestination,
  type DestinationOptions,
  type Parcel,
} from "../../../../scheduler/outgoing/destination.ts";
import { startFakeServer, type FakeAnswer, type FakeServer } from "../../../support/fake-server.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { startFakeAgent } from "../events/agent-server.ts";
import { heldPause, until } from "../events/fixture.ts";
import { seenLog, seenMetrics } from "./fixture.ts";

/** Answers so, one after the other; the last one for ever. */
function answering(...answers: readonly FakeAnswer[]): FakeServer["answer"] {
  let asked = -1;
  return () => {
    asked = Math.min(asked + 1, answers.length - 1);
    return answers[asked] ?? { body: {} };
  };
}

const OK: FakeAnswer = { body: {} };
const AWAY: FakeAnswer = { status: 503, body: {} };

async function started(answer: FakeServer["answer"], over: Partial<DestinationOptions> = {}) {
  const server = await startFakeServer(answer);
  const metrics = seenMetrics();
  const { log, lines } = seenLog();
  const held = heldPause();
  const clock = { now: () => NOW };
  const { pause } = held;
  const destination = createDestination({ name: "d", metrics, log, clock, pause, random: () => 1, ...over });
  const url = `http://127.0.0.1:${server.port}/s3cret`;
  const parcel = (id: string): Parcel => ({
    id,
    post: () => ({ url, headers: { "X-Id": id }, body: `{"id":"${id}"}` }),
  });
  const arrived = (): readonly string[] => server.seen.map(({ headers }) => String(headers["x-id"]));
  return { destination, parcel, arrived, server, metrics, lines, ...held };
}

describe("a destination", () => {
  it("gets each parcel once, in order, as JSON", async () => {
    const { destination, parcel, arrived, server, metrics } = await started(answering(OK));
    for (const id of ["1", "2", "3"]) destination.take(parcel(id));
    assert.equal(metrics.lengths.get("d"), 3);
    await until(() => metrics.counted.length === 3);
    assert.deepEqual(arrived(), ["1", "2", "3"]);
    assert.deepEqual(metrics.counted, ["d delivered", "d delivered", "d delivered"]);
    assert.equal(metrics.lengths.get("d"), 0);
    const [{ method, body, headers } = assert.fail()] = server.seen;
    assert.deepEqual([method, body, headers["content-type"]], ["POST", '{"id":"1"}', "application/json"]);
    assert.match(String(headers["user-agent"]), /^ballast\//);
  });

  it("is tried again until it takes a parcel, and the next one waits for it", async () => {
    const late: FakeAnswer = { status: 429, body: {} };
    const { destination, parcel, arrived, metrics, waits, pass, lines } = await started(
      answering(AWAY, late, OK),
    );
    destination.take(parcel("1"));
    destination.take(parcel("2"));
    for (const ms of [1000, 2000]) {
      await until(() => waits().length > 0);
      assert.deepEqual(waits(), [ms]);
      pass();
    }
    await until(() => metrics.counted.length === 2);
    assert.deepEqual(arrived(), ["1", "1", "1", "2"]);
    assert.deepEqual(metrics.counted, ["d delivered", "d delivered"]);
    assert.equal(lines.length, 1, "one line tells that it is tried again");
  });

  it("is left alone with what it refuses", async () => {
    for (const status of [302, 400, 410]) {
      const { destination, parcel, arrived, metrics, lines } = await started(() => ({
        status,
        body: { no: "thanks" },
      }));
      destination.take(parcel("1"));
      await until(() => metrics.counted.length === 1);
      assert.deepEqual([arrived(), metrics.counted], [["1"], ["d refused"]]);
      assert.ok(lines[0]?.includes(`${status} {\\"no\\":\\"thanks\\"}`));
      assert.ok(!lines.join("").includes("s3cret"), "an address may be a secret");
    }
  });

  it("is not looked for elsewhere", async () => {
    const elsewhere = await startFakeServer(answering(OK));
    const moved = await startFakeAgent((_request, response) => {
      response.writeHead(307, { Location: `http://127.0.0.1:${elsewhere.port}/` }).end();
    });
    const { destination, metrics } = await started(answering(OK));
    destination.take({
      id: "1",
      post: () => ({ url: `http://127.0.0.1:${moved.port}`, headers: {}, body: "{}" }),
    });
    await until(() => metrics.counted.length === 1);
    assert.deepEqual([metrics.counted, elsewhere.seen.length], [["d refused"], 0]);
  });

  it("is left alone for as long as it asks", async () => {
    const busy = await startFakeAgent((_request, response) => {
      response.writeHead(429, { "Retry-After": "90" }).end();
    });
    const { destination, waits } = await started(answering(OK));
    destination.take({
      id: "1",
      post: () => ({ url: `http://127.0.0.1:${busy.port}`, headers: {}, body: "{}" }),
    });
    await until(() => waits().length > 0);
    assert.deepEqual(waits(), [90_000]);
    await destination.stop(0);
  });

  it("that is away for long loses a parcel after 16 tries, and then gets the next one", async () => {
    let tries = 0;
    const { destination, parcel, arrived, metrics, waits, pass, lines } = await started(() => {
      tries += 1;
      return tries <= 16 ? AWAY : OK;
    });
    destination.take(parcel("1"));
    destination.take(parcel("2"));
    while (metrics.counted.length < 2) {
      await until(() => waits().length > 0 || metrics.counted.length === 2);
      pass();
    }
    assert.deepEqual(metrics.counted, ["d dropped", "d delivered"]);
    assert.equal(arrived().filter((id) => id === "1").length, 16);
    assert.ok(!lines.join("").includes("s3cret"));
  });

  it("that nobody listens at is tried again too", async () => {
    const { destination, metrics, waits, lines } = await started(answering(OK));
    destination.take({
      id: "1",
      post: () => ({ url: "http://127.0.0.1:1/s3cret", headers: {}, body: "{}" }),
    });
    await until(() => waits().length > 0);
    assert.deepEqual(metrics.counted, []);
    assert.ok(lines[0]?.includes("ECONNREFUSED"));
    assert.ok(!lines.join("").includes("s3cret"));
    await destination.stop(0);
  });

  it("holds so many parcels: the oldest that waits makes room, and is counted", async () => {
    const { destination, parcel, arrived, server, metrics, waits, pass, lines } = await started(
      answering(AWAY),
      { most: 3 },
    );
    for (let id = 1; id <= 9; id += 1) destination.take(parcel(String(id)));
    assert.equal(metrics.lengths.get("d"), 3);
    assert.equal(metrics.count("dropped"), 6);
    await until(() => waits().length > 0);
    server.answer = answering(OK);
    pass();
    await until(() => metrics.count("delivered") === 3);
    assert.deepEqual(arrived(), ["1", "1", "8", "9"]);
    assert.equal(lines.filter((line) => line.startsWith("too many events wait")).length, 1);
  });

  it("may say whatever it likes after its status: little of it is read", async () => {
    const { destination, parcel, metrics } = await started(() => ({ body: "x".repeat(50_000_000) }));
    destination.take(parcel("1"));
    destination.take(parcel("2"));
    await until(() => metrics.counted.length === 2);
    assert.deepEqual(metrics.counted, ["d delivered", "d delivered"]);
  });

  it("keeps nobody waiting who hands over a parcel", async () => {
    let made = 0;
    const { destination } = await started(() => "never");
    destination.take({
      id: "1",
      post: () => {
        made += 1;
        return { url: "http://127.0.0.1:1", headers: {}, body: "{}" };
      },
    });
    assert.equal(made, 0, "not even the parcel is made meanwhile");
    await destination.stop(0);
  });
});

describe("a destination that is stopped", () => {
  it("gets what waits", async () => {
    const { destination, parcel, arrived, metrics } = await started(answering(OK));
    for (const id of ["1", "2", "3"]) destination.take(parcel(id));
    await destination.stop(2000);
    assert.deepEqual(arrived(), ["1", "2", "3"]);
    destination.take(parcel("4"));
    assert.deepEqual(metrics.counted, ["d delivered", "d delivered", "d delivered", "d dropped"]);
  });

  it("waits for no next try: the one that waits is tried at once, and when it fails the rest is dropped", async () => {
    const { destination, parcel, arrived, metrics, waits } = await started(answering(AWAY));
    for (const id of ["1", "2", "3"]) destination.take(parcel(id));
    await until(() => waits().length > 0);
    await destination.stop(2000);
    assert.deepEqual(arrived(), ["1", "1"]);
    assert.equal(metrics.count("dropped"), 3);
    assert.equal(metrics.lengths.get("d"), 0);
  });

  it("is not waited for beyond the grace", async () => {
    const { destination, parcel, arrived, metrics } = await started(() => "never");
    destination.take(parcel("1"));
    destination.take(parcel("2"));
    await until(() => arrived().length === 1);
    const beganMs = performance.now();
    await destination.stop(50);
    assert.ok(performance.now() - beganMs < 5000);
    assert.equal(metrics.count("dropped"), 2);
  });
});
