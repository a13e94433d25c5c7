import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { eventsAnswer, eventsEndpoint } from "../../../../scheduler/api/reads/events.ts";
import { EVENT } from "../../../../scheduler/api/schemas/events.ts";
import type { Events } from "../../../../scheduler/events/events.ts";
import { SYSTEM_PAUSE, type Pause } from "../../../../scheduler/events/pause.ts";
import type { RunningServer } from "../../../../common/http/listen.ts";
import { aMove, aState, heldPause, someEvents, taken, until } from "../events/fixture.ts";
import { problemOf } from "./server.ts";
import { messagesOf, serve } from "./stream.ts";

interface Served {
  readonly events: Events;
  readonly server: RunningServer;
  readonly url: string;
}

async function served(pause?: Pause): Promise<Served> {
  const events = someEvents();
  const server = await serve(eventsEndpoint(events, pause));
  after(() => server.stop(0));
  return { events, server, url: `http://127.0.0.1:${server.port}/v1/events` };
}

/** What of a message names it: its id and type. */
function idAndType(message: string): string {
  const [, id = "", type = ""] = /^(?:id: (.*)\n)?event: (.*)\n/.exec(message) ?? [];
  return `${id} ${type}`.trim();
}

describe("GET /v1/events", () => {
  it("streams what happens, as server-sent events that nobody keeps and nobody takes for a page", async () => {
    const { events, url } = await served();
    const response = await fetch(url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    const messages = messagesOf(response);
    assert.deepEqual(await taken(messages, 1), ["retry: 3000"]);
    events.publish("move", aMove({ detail: "</p><script>" }));
    events.publish("state", aState(1));
    const [move = "", state = ""] = await taken(messages, 2);
    assert.deepEqual([move, state].map(idAndType), ["r-1 move", "r-2 state"]);
    for (const each of [move, state]) EVENT.parse(JSON.parse(each.split("\ndata: ")[1] ?? ""));
    await messages.return(undefined);
  });

  it("goes on after an id, with the types that are wanted", async () => {
    const { events, url } = await served();
    events.publish("state", aState(1));
    events.publish("state", aState(2));
    events.publish("move", aMove());
    events.publish("state", aState(3));
    for (const [query, expected] of [
      ["?after=r-1", ["r-2 state", "r-3 move", "r-4 state"]],
      ["?after=r-1&types=move", ["r-3 move"]],
      ["?after=r-1&types=move,state", ["r-2 state", "r-3 move", "r-4 state"]],
      ["?after=old-9&types=move", ["gap", "r-3 move"]],
    ] as const) {
      const messages = messagesOf(await fetch(url + query));
      assert.deepEqual((await taken(messages, 1 + expected.length)).slice(1).map(idAndType), expected);
      await messages.return(undefined);
    }
  });

  it("goes on after the header's id, which a browser sends by itself, rather than after the query's", async () => {
    const { events } = await served();
    for (const each of [1, 2, 3]) events.publish("state", aState(each));
    const headers = { "last-event-id": "r-2" };
    const reply = eventsAnswer(events, SYSTEM_PAUSE)({ query: { after: "r-1" }, headers });
    assert.ok(reply.kind === "stream");
    const leaving = new AbortController();
    const [, first = ""] = await taken(reply.chunks(leaving.signal), 2);
    assert.equal(idAndType(first.trimEnd()), "r-3 state");
    leaving.abort();
  });

  it("goes on after the header's id over HTTP", async () => {
    const { events, url } = await served();
    for (const each of [1, 2, 3]) events.publish("state", aState(each));
    const messages = messagesOf(await fetch(`${url}?after=r-1`, { headers: { "Last-Event-ID": "r-2" } }));
    const [, first = ""] = await taken(messages, 2);
    assert.equal(idAndType(first), "r-3 state");
    await messages.return(undefined);
  });

  it("is without a body, and over, for HEAD", async () => {
    const { url } = await served();
    const response = await fetch(url, { method: "HEAD" });
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  });

  it("is refused with the mend where the query is wrong", async () => {
    const { url } = await served();
    for (const [query, detail] of [
      [
        "?types=moves",
        'query.types: "moves" is no type of event; write some of decision,move,verdict,state,order',
      ],
      ["?types=", 'query.types: "" is no type of event; write some of decision,move,verdict,state,order'],
      [`?after=${"x".repeat(101)}`, "query.after: Too big: expected string to have <=100 characters"],
      ["?afer=1", 'query: Unrecognized key: "afer"'],
    ] as const) {
      const response = await fetch(url + query);
      assert.equal(response.status, 400);
      assert.equal((await problemOf(response)).detail, detail);
    }
  });

  it("says that it is still there when nothing happens", async () => {
    const { pause, waits, pass } = heldPause();
    const { url } = await served(pause);
    const messages = messagesOf(await fetch(url));
    await taken(messages, 1);
    await until(() => waits().length === 1);
    pass();
    assert.deepEqual(await taken(messages, 1), [": nothing new"]);
    await messages.return(undefined);
  });

  it("has room for a hundred readers, and again for each that left", async () => {
    const { url, events } = await served();
    const readers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const messages = messagesOf(await fetch(url));
        await taken(messages, 1);
        return messages;
      }),
    );
    const refused = await fetch(url);
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("retry-after"), "10");
    assert.equal((await problemOf(refused)).title, "Too many readers");
    events.publish("state", aState(1));
    for (const reader of readers) assert.equal((await taken(reader, 1)).length, 1);
    await readers[0]?.return(undefined);
    for (;;) {
      const response = await fetch(url);
      await response.body?.cancel();
      if (response.status === 200) break;
    }
    await Promise.all(readers.map((reader) => reader.return(undefined)));
  });

  it("ends when the events end, so that a server that stops need not wait", async () => {
    const { url, events, server } = await served();
    const readers = [messagesOf(await fetch(url)), messagesOf(await fetch(url))];
    for (const reader of readers) await taken(reader, 1);
    events.publish("state", aState(1));
    events.close();
    const beganMs = performance.now();
    await server.stop(60_000);
    assert.ok(performance.now() - beganMs < 5000);
    for (const reader of readers) assert.deepEqual((await taken(reader, 9)).map(idAndType), ["r-1 state"]);
  });
});
