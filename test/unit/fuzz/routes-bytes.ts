import fc from "fast-check";
import { TOKEN } from "../scheduler/api/server.ts";
import type { Sending } from "./routes-client.ts";
import type { Operation } from "./routes-world.ts";

const BODIES = ['{"reason":"x"}', '{"service":"a","for":"1h"}', "[1", "\ufeff{}", "\u0000\ud83d\ude00"];
const VERSIONS = ["HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 x", ""];
const METHODS = [
  "GET",
  "POST",
  "HEAD",
  "get",
  "G ET",
  "",
  "CONNECT",
  "TRACE",
  "PRI",
  "M-SEARCH",
  "x".repeat(5000),
];
const TARGETS = [
  "*",
  "/",
  "//",
  "",
  "http://elsewhere/v1/plan",
  "https://[::1/v1/plan",
  "elsewhere:80",
  "/%",
  "/%ff%00",
  "/v1/plan?%",
  "/v1/plan?a[b][c][d]=1&__proto__[x]=1",
  "/v1/nodes/%2e%2e/drain?dryRun=false",
  "/v1/nodes/../drain?dryRun=false",
  "/v1/nodes/%c0%af/drain",
  "/v1/nodes/\u00ff\u0000/drain",
  "/v1/plan#x",
  "/V1/PLAN/",
  `/${"a".repeat(20_000)}`,
  `/v1/tasks?${"a=1&".repeat(3000)}`,
];
/** Lines in the place of headers; each says, or breaks, something of its own. */
const LINES = [
  ":",
  "a b: c",
  " folded",
  "X-Request-Id: \u0000",
  "X-Request-Id: a\rb",
  `X-Long: ${"x".repeat(17_000)}`,
  Array.from({ length: 2500 }, (_, at) => `x${at}: 1`).join("\r\n"),
  "Content-Length: -1",
  "Content-Length: 1e3",
  "Content-Length: 5, 5",
  "Content-Length: 99999999999999999999",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding: x",
  "Expect: 100-continue",
  "Expect: wonders",
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x",
  "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x",
  "Connection: close, keep-alive",
  "Content-Encoding: gzip",
  "Content-Encoding: br",
  "Content-Encoding: x",
  "Content-Type: application/json; charset=utf-7",
  "Content-Type: ;;;=",
  "Authorization: Basic %%%",
  "Authorization: Bearer \u00ff",
  "Host: elsewhere",
  "Host: ",
  "Range: bytes=0-1,5-",
  "If-None-Match: *",
  "Idempotency-Key: \u00e9",
  "Last-Event-ID: \u00ff",
  "Accept: text/event-stream",
  "Cookie: =;=;",
  "Trailer: Content-Length",
];

/** How the body's length is told: as it is, or not. */
type Frame = (body: string) => readonly [header: string, body: string];
const whole: Frame = (body) => [lengthOf(body), body];
const FRAMES: readonly Frame[] = [
  (body) => [`Content-Length: ${Buffer.byteLength(body) + 5}`, body],
  (body) => [`Content-Length: ${Math.max(0, Buffer.byteLength(body) - 1)}`, body],
  (body) => ["X: no length", body],
  (body) => ["Transfer-Encoding: chunked", `${hexOf(body)}\r\n${body}\r\n0\r\n\r\n`],
  (body) => ["Transfer-Encoding: chunked", `${hexOf(body)};a=b\r\n${body}\r\n0\r\nX-Late: 1\r\n\r\n`],
  (body) => ["Transfer-Encoding: chunked", `${hexOf(body)}\r\n${body}`],
  (body) => ["Transfer-Encoding: chunked", `zz\r\n${body}\r\n0\r\n\r\n`],
  (body) => ["Transfer-Encoding: chunked", `-1\r\n${body}\r\n0\r\n\r\n`],
  (body) => ["Transfer-Encoding: chunked", `ffffffffffffffff\r\n${body}`],
  (body) => ["Transfer-Encoding: chunked", `1\r\n${body}\r\n0\r\n\r\n`],
  (body) => [`${lengthOf(body)}\r\nTransfer-Encoding: chunked`, `0\r\n\r\n${body}`],
  (body) => [`${lengthOf(body)}\r\nContent-Length: 0`, body],
];

function lengthOf(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}`;
}

function hexOf(body: string): string {
  return Buffer.byteLength(body).toString(16);
}

/** Mostly the sound one. */
function mostly<Value>(sound: fc.Arbitrary<Value>, odd: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof({ arbitrary: sound, weight: 4 }, { arbitrary: fc.constantFrom(...odd), weight: 1 });
}

/** One request, with what is wrong of it in its words. */
function someRequest(operations: readonly Operation[]): fc.Arbitrary<Buffer> {
  return fc
    .record({
      operation: fc.constantFrom(...operations),
      odd: fc.record({
        method: mostly(fc.constant(null), METHODS as readonly (string | null)[]),
        target: mostly(fc.constant(null), TARGETS as readonly (string | null)[]),
      }),
      version: mostly(fc.constant("HTTP/1.1"), VERSIONS),
      lines: mostly(
        fc.constant<string[]>([]),
        LINES.map((line) => [line]),
      ),
      body: mostly(fc.constant("{}"), BODIES),
      frame: mostly(fc.constant(whole), FRAMES),
      end: mostly(fc.constant("\r\n"), ["\n", "\r", "\r\n\r\n"]),
      closes: fc.boolean(),
    })
    .map(({ operation, odd, version, lines, body, frame, end, closes }) => {
      const path = operation.path.replaceAll(/\{\w+\}/g, "n1") + (operation.acts ? "?dryRun=false" : "");
      const [length, framed] = operation.method === "POST" ? frame(body) : ["X: no body", ""];
      const head = [
        [odd.method ?? operation.method, odd.target ?? path, version].join(" "),
        "Host: ballast",
        `Authorization: Bearer ${TOKEN}`,
        "Content-Type: application/json",
        ...(closes ? ["Connection: close"] : []),
        ...lines,
        length,
      ];
      // Characters up to U+00FF are bytes as they stand in the list, so that some of them are no UTF-8.
      return Buffer.concat([Buffer.from(head.join(end) + end + end, "latin1"), Buffer.from(framed)]);
    });
}

/** What happens to bytes on their way. */
type Damage =
  | { readonly what: "flip" | "cut" | "drop"; readonly at: number; readonly bit: number }
  | { readonly what: "insert"; readonly at: number; readonly bytes: Uint8Array };

const someDamage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({
    what: fc.constantFrom("flip", "flip", "cut", "drop"),
    at: fc.nat(2000),
    bit: fc.nat(7),
  }),
  fc.record({
    what: fc.constant("insert"),
    at: fc.nat(2000),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  }),
);

function damaged(bytes: Buffer, damage: Damage): Buffer {
  const at = bytes.length === 0 ? 0 : damage.at % bytes.length;
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (damage.what) {
    case "insert":
      return Buffer.concat([before, damage.bytes, after]);
    case "cut":
      return before;
    case "drop":
      return Buffer.concat([before, after.subarray(1)]);
    case "flip":
      return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << damage.bit)]), after.subarray(1)]);
  }
}

/** Requests one behind the other, damaged on their way or not; or mere bytes. */
export function someBytes(operations: readonly Operation[]): fc.Arbitrary<Sending> {
  const requests = fc
    .tuple(
      fc.oneof(
        { arbitrary: fc.array(someRequest(operations), { minLength: 1, maxLength: 1 }), weight: 2 },
        { arbitrary: fc.array(someRequest(operations), { minLength: 2, maxLength: 3 }), weight: 1 },
      ),
      fc.oneof(
        { arbitrary: fc.constant<Damage[]>([]), weight: 2 },
        { arbitrary: fc.array(someDamage, { minLength: 1, maxLength: 3 }), weight: 1 },
      ),
    )
    .map(([all, damage]) => damage.reduce(damaged, Buffer.concat(all)));
  const mere = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  return fc
    .tuple(
      fc.oneof({ arbitrary: requests, weight: 12 }, { arbitrary: mere, weight: 1 }),
      fc.array(fc.nat(3000), { maxLength: 3 }),
      fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, { arbitrary: fc.constant(true), weight: 1 }),
    )
    .map(([bytes, cuts, goes]) => ({ pieces: inPieces(bytes, cuts), goes }));
}

function inPieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}

/** Bodies that do not come whole, each with what announces it. */
const NEVER_WHOLE: readonly Frame[] = [
  (body) => [`Content-Length: ${Buffer.byteLength(body) + 5}`, body],
  (body) => ["Transfer-Encoding: chunked", `zz\r\n${body}\r\n0\r\n\r\n`],
  (body) => ["Transfer-Encoding: chunked", `-1\r\n${body}\r\n0\r\n\r\n`],
  (body) => ["Transfer-Encoding: chunked", `ffffffffffffffff\r\n${body}`],
  (body) => ["Transfer-Encoding: chunked", `${hexOf(body)}\r\n${body}\r\n`],
  (body) => ["Transfer-Encoding: chunked", `${hexOf(body)}\r\n${body}oh\r\n0\r\n\r\n`],
  (body) => ["Transfer-Encoding: chunked", `1\r\n${body}\r\n0\r\n\r\n`],
];

/** Orders in earnest of which the body breaks off, in one piece with their headers or in several. */
export function someCutOff(operations: readonly Operation[]): fc.Arbitrary<Sending> {
  return fc
    .record({
      operation: fc.constantFrom(...operations.filter(({ acts }) => acts)),
      body: fc.constantFrom('{"reason":"x"}', '{"service":"a"}', "{}"),
      frame: fc.constantFrom(...NEVER_WHOLE),
      cuts: fc.array(fc.nat(400), { maxLength: 2 }),
      goes: fc.boolean(),
    })
    .map(({ operation, body, frame, cuts, goes }) => {
      const [length, framed] = frame(body);
      const head = [
        `POST ${operation.path.replaceAll(/\{\w+\}/g, "n2")}?dryRun=false HTTP/1.1`,
        "Host: ballast",
        `Authorization: Bearer ${TOKEN}`,
        "Content-Type: application/json",
        length,
      ];
      return { pieces: inPieces(Buffer.from(`${head.join("\r\n")}\r\n\r\n${framed}`), cuts), goes };
    });
}
