import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventStream } from "../../../../scheduler/events/event-stream.ts";
import { aMove, aState, heldPause, NEVER, someEvents, taken, until } from "./fixture.ts";

describe("server-sent events", () => {
  it("are an id, a type and a line of data each, after the time to come back", async () => {
    const events = someEvents();
    const reading = events.subscribe({ after: null, types: [], signal: NEVER });
    const odd = aMove({ detail: "two\nlines\r\nand \u2028 more" });
    events.publish("move", odd);
    const [first, second] = await taken(eventStream(reading, heldPause().pause), 2);
    assert.equal(first, "retry: 3000\n\n");
    const [id, type, data, ...end] = (second ?? "").split("\n");
    assert.deepEqual([id, type, end], ["id: r-1", "event: move", ["", ""]]);
    assert.deepEqual((JSON.parse((data ?? "").replace(/^data: /, "")) as { data: unknown }).data, odd);
  });

  it("have no id where they are notices, so that a reader comes back with the last that was one", async () => {
    const events = someEvents();
    const reading = events.subscribe({ after: "other-7", types: [], signal: NEVER });
    const [, notice] = await taken(eventStream(reading, heldPause().pause), 2);
    assert.match(notice ?? "", /^event: gap\ndata: \{"type":"gap",/);
  });

  it("are a comment where nothing was told for 15 seconds, as often as that is, and nothing is lost", async () => {
    const events = someEvents();
    const { pause, waits, pass } = heldPause();
    const stream = eventStream(events.subscribe({ after: null, types: [], signal: NEVER }), pause);
    await taken(stream, 1);
    for (let silences = 0; silences < 2; silences += 1) {
      const next = taken(stream, 1);
      await until(() => waits().length > 0);
      assert.deepEqual(waits(), [15_000]);
      pass();
      assert.deepEqual(await next, [": nothing new\n\n"]);
    }
    const next = taken(stream, 1);
    await until(() => waits().length > 0);
    events.publish("state", aState(1));
    assert.match((await next)[0] ?? "", /^id: r-1\n/);
    assert.deepEqual(waits(), [], "nobody waits for a silence that was broken");
  });

  it("end with the events", async () => {
    const events = someEvents();
    const all = taken(eventStream(events.subscribe({ after: null, types: [], signal: NEVER })), 9);
    events.publish("state", aState(1));
    events.close();
    assert.equal((await all).length, 2);
  });
});
