import { Agent, request as begin, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Empty of one that has no end: it is cut once its headers are there. */
  readonly text: string;
  readonly milliseconds: number;
}

/** What is asked for. */
export interface Question {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for none. */
  readonly body: string | null;
}

/** No answer takes longer. */
export const PATIENCE_MS = 5000;

/** A connection at a time, kept as long as the server keeps it. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Asks over a connection that is kept. */
export async function ask(port: number, { method, path, headers, body }: Question): Promise<Answer> {
  const beganMs = performance.now();
  const options = { host: "127.0.0.1", port, agent, method, path, timeout: PATIENCE_MS };
  const length = body === null ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = begin({ ...options, headers: { ...headers, ...length } }, resolve);
    request.once("error", reject);
    request.once("timeout", () => {
      request.destroy(new Error(`${method} ${path} was not answered within ${PATIENCE_MS / 1000} s`));
    });
    request.end(body ?? "");
  });
  const { statusCode: status = 0 } = response;
  const type = response.headers["content-type"] ?? "";
  const endless = type.startsWith("text/event-stream");
  const text = endless ? "" : await textOf(response);
  if (endless) response.destroy();
  return { status, type, text, milliseconds: performance.now() - beganMs };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Closes the connection that was kept. */
export function leave(): void {
  agent.destroy();
}

/** Bytes as they are sent: in pieces, after which the sender waits for the end of it all, or has gone. */
export interface Sending {
  readonly pieces: readonly Buffer[];
  readonly goes: boolean;
}

/**
 * Sends bytes over a connection of their own, and returns all that came back. `meanwhile` is awaited between the last byte
 * and the end of the sender's side; null comes back to a sender who did not wait.
 */
export async function send(
  port: number,
  { pieces, goes }: Sending,
  meanwhile: () => Promise<void>,
): Promise<Buffer | null> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  const came: Buffer[] = [];
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  // A server that has refused is free to close while more is being sent.
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => came.push(chunk));
  await new Promise<void>((resolve) => {
    socket.once("connect", resolve);
    socket.once("close", resolve);
  });
  for (const piece of pieces) {
    socket.write(piece);
    await turn();
  }
  if (goes) socket.resetAndDestroy();
  await meanwhile();
  if (goes) return null;
  const late = setTimeout(() => {
    socket.destroy(new Error("late"));
    came.length = 0;
    came.push(Buffer.from(LATE));
  }, PATIENCE_MS);
  socket.end();
  await closed;
  clearTimeout(late);
  return Buffer.concat(came);
}

/** What came of a connection that the server did not close in time. */
export const LATE = "(the connection was not closed in time)";

const HEAD = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/;

/**
 * The answers in what a server sent, one after the other. The last may be cut short where the sender closed meanwhile.
 * @throws where it is no HTTP.
 */
export function answersIn(bytes: Buffer): readonly Omit<Answer, "milliseconds">[] {
  const all: Omit<Answer, "milliseconds">[] = [];
  let rest = bytes.toString("latin1");
  while (rest !== "") {
    const [head, status, lines = ""] = HEAD.exec(rest) ?? [];
    if (head === undefined) {
      if (!rest.includes("\r\n\r\n") && "HTTP/1.1 ".startsWith(rest.slice(0, 9))) return all;
      throw new Error(`no answer: ${JSON.stringify(rest.slice(0, 300))}`);
    }
    const headers = new Map(
      lines.split("\r\n").map((line) => {
        const [name = "", value = ""] = line.split(/:\s*/, 2);
        return [name.toLowerCase(), value];
      }),
    );
    rest = rest.slice(head.length);
    const body = bodyIn(rest, headers);
    rest = rest.slice(body.taken);
    const text = Buffer.from(body.text, "latin1").toString();
    all.push({ status: Number(status), type: headers.get("content-type") ?? "", text });
  }
  return all;
}

interface Body {
  readonly text: string;
  /** Of the bytes, with what frames them. */
  readonly taken: number;
}

/** An answer to a HEAD has a length and no body. */
function bodyIn(rest: string, headers: ReadonlyMap<string, string>): Body {
  if (rest.startsWith("HTTP/1.1 ")) return { text: "", taken: 0 };
  if (headers.get("transfer-encoding") === "chunked") {
    const end = rest.indexOf("\r\n0\r\n\r\n");
    return { text: "", taken: end < 0 ? rest.length : end + 7 };
  }
  const told = headers.get("content-length");
  // As long as it is, to a caller who knows no other way.
  if (told === undefined && headers.has("content-type")) return { text: rest, taken: rest.length };
  const length = Number(told ?? 0);
  return { text: rest.slice(0, length), taken: Math.min(length, rest.length) };
}
