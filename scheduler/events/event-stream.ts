import type { Told } from "./events.ts";
import { SYSTEM_PAUSE, type Pause } from "./pause.ts";

/** The media type of server-sent events. */
export const EVENT_STREAM = "text/event-stream; charset=utf-8";

/** A reader that hears nothing for so long is told that the connection stands, and so are the proxies between. */
const HEARTBEAT_MS = 15_000;
/** How long a reader whose connection broke waits before it comes back. */
const RETRY_MS = 3000;

/** Events as server-sent events (HTML Standard, 9.2), with a comment wherever nothing was told for 15 seconds. */
export async function* eventStream(
  told: AsyncIterable<Told>,
  pause: Pause = SYSTEM_PAUSE,
): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  const reading = told[Symbol.asyncIterator]();
  let next = reading.next();
  try {
    for (;;) {
      const heard = new AbortController();
      const silence = pause(HEARTBEAT_MS, heard.signal).then(() => null);
      const first = await Promise.race([next, silence]);
      heard.abort();
      if (first === null) {
        yield ": nothing new\n\n";
      } else if (first.done === true) {
        return;
      } else {
        yield written(first.value);
        next = reading.next();
      }
    }
  } finally {
    // Not awaited: it waits for what was asked for last, and that comes when the reader's signal says that it left.
    void reading.return?.();
  }
}

/** JSON has no line breaks of its own, so that one line of data is enough. */
function written(told: Told): string {
  const id = "id" in told ? `id: ${told.id}\n` : "";
  return `${id}event: ${told.type}\ndata: ${JSON.stringify(told)}\n\n`;
}
