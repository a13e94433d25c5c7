import type { Readable } from "node:stream";
import axios, { isAxiosError } from "axios";
import { productVersion } from "../../common/version.ts";
import { brief } from "../observe/brief.ts";

/** A POST as it goes over the wire. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** What came of a POST. */
export interface Answer {
  /** Null where none came. */
  readonly status: number | null;
  /** The header `Retry-After` as it came; null where there is none. */
  readonly retryAfter: string | null;
  /** For the log: what went wrong, or the beginning of what was answered. */
  readonly detail: string;
}

/** Sends, and says what came of it; never throws. */
export type Send = (post: Post, signal: AbortSignal) => Promise<Answer>;

const TIMEOUT_MS = 10_000;
/** What is read of an answer: enough to tell why, and for most to end by itself, so that the connection is of use again. */
const ANSWER_BYTES_MOST = 16 * 1024;
const USER_AGENT = `ballast/${productVersion()}`;

/** Sends with axios: 10 seconds for all of it, no redirect is followed, and little is read of the answer. */
export const sendPost: Send = async ({ url, headers, body }, signal) => {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const { status, data, ...answer } = await axios.post<Readable>(url, Buffer.from(body), {
      headers: { "Content-Type": "application/json", "User-Agent": USER_AGENT, ...headers },
      signal: limit,
      responseType: "stream",
      decompress: false,
      maxRedirects: 0,
      validateStatus: () => true,
    });
    const said = await beginningOf(data);
    const retryAfter: unknown = answer.headers["retry-after"];
    return {
      status,
      retryAfter: typeof retryAfter === "string" ? retryAfter : null,
      detail: brief(`${status} ${said}`),
    };
  } catch (error) {
    return { status: null, retryAfter: null, detail: reasonOf(error, limit) };
  }
};

/** The status has told what matters: an answer that breaks off has none the less come. */
async function beginningOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= ANSWER_BYTES_MOST) break;
    }
  } catch {
    // As above.
  }
  return Buffer.concat(chunks).toString();
}

/** Without the address, which may be a secret. */
function reasonOf(error: unknown, limit: AbortSignal): string {
  if (limit.aborted) return "no answer in time";
  if (!isAxiosError(error)) return "it could not be sent";
  return error.code ?? "no answer";
}
