import { connect } from "node:net";

/** What is sent, over and over. */
export interface Target {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Of the request of that number; null for none. */
  readonly body: ((number: number) => string) | null;
  /** The `Authorization` header; empty for none. */
  readonly authorization: string;
}

/** What came of it. */
export interface Driven {
  /** In the time, over all connections. */
  readonly perSecond: number;
  /** In milliseconds, of each answer. */
  readonly latencies: readonly number[];
  /** Of the last answer's body. */
  readonly bytes: number;
  /** Answers other than 2xx, by status. */
  readonly refused: Readonly<Record<number, number>>;
}

export interface DriveOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
}

/** Sends a request on each of some kept connections, another as soon as it is answered, for so long. */
export async function drive(target: Target, { port, connections, seconds }: DriveOptions): Promise<Driven> {
  const latencies: number[] = [];
  const refused: Record<number, number> = {};
  let bytes = 0;
  let sent = 0;
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1000;
  const run = async (): Promise<void> => {
    const line = await openLine(port);
    try {
      do {
        const sentMs = performance.now();
        const answer = await line.ask(requestOf(target, sent++));
        latencies.push(performance.now() - sentMs);
        bytes = answer.bytes;
        const isGood = answer.status >= 200 && answer.status < 300;
        if (!isGood) refused[answer.status] = (refused[answer.status] ?? 0) + 1;
      } while (performance.now() < endMs);
    } finally {
      line.close();
    }
  };
  await Promise.all(Array.from({ length: connections }, run));
  const took = (performance.now() - beganMs) / 1000;
  return { perSecond: latencies.length / took, latencies, bytes, refused };
}

function requestOf({ method, path, body, authorization }: Target, number: number): string {
  const text = body?.(number) ?? "";
  const head = [
    `${method} ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    ...(authorization === "" ? [] : [`Authorization: ${authorization}`]),
    ...(body === null
      ? []
      : ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`]),
  ];
  return `${head.join("\r\n")}\r\n\r\n${text}`;
}

interface LineAnswer {
  readonly status: number;
  readonly bytes: number;
}

/** A connection with one request at a time. Its answers have a length: both servers tell one. */
interface Line {
  ask(request: string): Promise<LineAnswer>;
  close(): void;
}

async function openLine(port: number): Promise<Line> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  let came: Buffer[] = [];
  let length = 0;
  let wanted = Infinity;
  let status = 0;
  let bytes = 0;
  let settle: { resolve(answer: LineAnswer): void; reject(error: Error): void } | null = null;
  socket.on("data", (chunk) => {
    came.push(chunk);
    length += chunk.length;
    if (wanted === Infinity) {
      const head = Buffer.concat(came);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const text = head.toString("latin1", 0, end);
      status = Number(text.slice(9, 12));
      bytes = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? NaN);
      if (Number.isNaN(bytes)) settle?.reject(new Error(`an answer without a length: ${text}`));
      wanted = end + 4 + bytes;
    }
    if (length < wanted) return;
    [came, length, wanted] = [[], 0, Infinity];
    settle?.resolve({ status, bytes });
  });
  socket.on("error", (error) => settle?.reject(error));
  socket.on("close", () => settle?.reject(new Error("the connection was closed")));
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
