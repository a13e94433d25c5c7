import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** `never`: the connection stays open and nothing comes. Text is sent as it is, all else as JSON. */
export type FakeAnswer = "never" | { readonly status?: number; readonly body: unknown };

/** An HTTP server that answers as a test says and keeps what it was asked; it stops with the test file. */
export interface FakeServer {
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  answer: (request: SeenRequest) => FakeAnswer;
}

/** Starts one on the loopback address. */
export async function startFakeServer(answer: FakeServer["answer"]): Promise<FakeServer> {
  const seen: SeenRequest[] = [];
  const http = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      seen.push(request);
      send(response, fake.answer(request));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const fake: FakeServer = { port: (http.address() as AddressInfo).port, seen, answer };
  after(() => {
    http.close();
    http.closeAllConnections();
  });
  return fake;
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://fake");
  return {
    method: incoming.method ?? "",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

function send(response: ServerResponse, answer: FakeAnswer): void {
  if (answer === "never") return;
  const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status ?? 200, { "Content-Type": "application/json" }).end(text);
}
