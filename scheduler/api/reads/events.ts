import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";
import { createAudience } from "../../events/audience.ts";
import { EVENT_STREAM, eventStream } from "../../events/event-stream.ts";
import type { Events } from "../../events/events.ts";
import { SYSTEM_PAUSE, type Pause } from "../../events/pause.ts";
import { answers, problem } from "../http/answers.ts";
import { endpoint, refused, type Endpoint, type Reply } from "../http/endpoint.ts";
import { TYPES } from "../schemas/events.ts";

/** More would be a load of their own: each is a connection. */
const READERS_MOST = 100;
const RETRY_AFTER_SECONDS = 10;

const QUERY = z.strictObject({
  types: TYPES.optional(),
  after: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("the id of the last known event, as the header Last-Event-ID, which goes before it"),
});

interface Asked {
  readonly query: z.output<typeof QUERY>;
  readonly headers?: IncomingHttpHeaders;
}

/** What happens, as it happens. */
export function eventsEndpoint(events: Pick<Events, "subscribe">, pause: Pause = SYSTEM_PAUSE): Endpoint {
  const answer = eventsAnswer(events, pause);
  return endpoint({
    method: "get",
    path: "/v1/events",
    id: "followEvents",
    summary: "What happens, as it happens, as server-sent events; docs/events.md tells them all",
    role: "viewer",
    query: QUERY,
    answers: answers({
      200: { description: "events, until either side stops", schema: null, type: "text/event-stream" },
      503: problem(`${READERS_MOST} follow already`),
    }),
    handle: answer,
  });
}

/** What `GET /v1/events` answers: a stream, or that there is no room for one more. */
export function eventsAnswer(
  events: Pick<Events, "subscribe">,
  pause: Pause,
  most = READERS_MOST,
): (asked: Asked) => Reply {
  const audience = createAudience(most);
  return ({ query: { types = [], after }, headers = {} }) => {
    if (!audience.hasRoom()) return full(most);
    const known = headers["last-event-id"] ?? after ?? null;
    const last = typeof known === "string" ? known : null;
    return {
      kind: "stream",
      type: EVENT_STREAM,
      // The end of the stream is the end of the connection: a server that stops need not wait for it to idle.
      headers: { Connection: "close" },
      chunks: (left) =>
        eventStream(events.subscribe({ after: last, types, signal: audience.admit(left) }), pause),
    };
  };
}

function full(most: number): Reply {
  const detail = `${most} readers follow the events, which is the most; come back later`;
  return refused(
    { status: 503, title: "Too many readers", detail },
    { "Retry-After": String(RETRY_AFTER_SECONDS) },
  );
}
