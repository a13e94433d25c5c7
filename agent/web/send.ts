import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { prefersGzip } from "./encoding.ts";

/** Characters that go out at once: few enough to be no burden, enough for a chunk's own costs not to show. */
const BATCH = 32_768;

/**
 * Sends a text chunk by chunk, no faster than its reader takes it and never whole in memory, compressed where the
 * reader asks for that. Level 1: the CPU is the node's, and more work would save few bytes. A reader that goes away
 * in the middle is no fault.
 */
export async function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  contentType: string,
  chunks: Iterable<string>,
): Promise<void> {
  const compressed = prefersGzip(request.headers["accept-encoding"]);
  const headers = {
    "Content-Type": contentType,
    Vary: "Accept-Encoding",
    ...(compressed ? { "Content-Encoding": "gzip" } : {}),
  };
  if (request.method === "HEAD") {
    response.writeHead(200, headers).end();
    return;
  }
  const batches = batched(chunks);
  // What throws at its beginning can still be answered with an error: nothing is promised to the reader yet.
  const first = batches.next();
  response.writeHead(200, headers);
  const source = Readable.from(first.done === true ? [] : startingWith(first.value, batches));
  try {
    if (compressed) await pipeline(source, await createGzip(), response);
    else await pipeline(source, response);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function createGzip(): Promise<NodeJS.ReadWriteStream> {
  const zlib = await import("node:zlib");
  return zlib.createGzip({ level: 1 });
}

function* batched(chunks: Iterable<string>): Generator<string, undefined> {
  let batch = "";
  for (const chunk of chunks) {
    batch += chunk;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = "";
  }
  if (batch !== "") yield batch;
}

function* startingWith(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}
