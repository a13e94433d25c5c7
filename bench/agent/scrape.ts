import { Agent, get, type IncomingMessage } from "node:http";

export type Encoding = "plain" | "gzip";

/** One answer, as Prometheus would take it. */
export interface Answer {
  /** From the request to the answer's last byte. */
  readonly ms: number;
  /** On the wire, without headers. */
  readonly bytes: number;
  /** All series, and those of them that a container has; 0 in a compressed answer, which is not unpacked. */
  readonly series: number;
  readonly containerSeries: number;
}

// Prometheus keeps its connections too.
const CONNECTIONS = new Agent({ keepAlive: true, maxSockets: 1 });
const TIMEOUT_MS = 20_000;
const OF_A_CONTAINER = /[{,]id="[^"]*[0-9a-f]{64}[^"]*"/;

/** Asks for the metrics once. */
export async function scrape(url: string, encoding: Encoding): Promise<Answer> {
  const from = performance.now();
  const response = await request(url, encoding);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const ms = performance.now() - from;
  if (response.statusCode !== 200) throw new Error(`${url} answers ${response.statusCode ?? "nothing"}`);
  const body = Buffer.concat(chunks);
  const lines = encoding === "gzip" ? [] : seriesOf(body.toString());
  const containerSeries = lines.filter((line) => OF_A_CONTAINER.test(line)).length;
  return { ms, bytes: body.length, series: lines.length, containerSeries };
}

/** Ends the connections that were kept. */
export function hangUp(): void {
  CONNECTIONS.destroy();
}

function request(url: string, encoding: Encoding): Promise<IncomingMessage> {
  const headers = { "accept-encoding": encoding === "gzip" ? "gzip" : "identity" };
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent: CONNECTIONS, headers, timeout: TIMEOUT_MS }, resolve);
    asked.on("timeout", () => asked.destroy(new Error(`${url} took more than ${TIMEOUT_MS} ms`)));
    asked.on("error", (error: NodeJS.ErrnoException) => {
      // The server ended a kept connection just when it was to be used: Prometheus asks again, too.
      if (asked.reusedSocket && error.code === "ECONNRESET") resolve(request(url, encoding));
      else reject(error);
    });
  });
}

function seriesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
