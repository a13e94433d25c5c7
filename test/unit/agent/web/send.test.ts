import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { prefersGzip } from "../../../../agent/web/encoding.ts";
import { sendText } from "../../../../agent/web/send.ts";
import type { Route } from "../../../../agent/web/route.ts";
import { startWeb, type TestServer } from "./fixture.ts";

const TYPE = "text/plain; version=0.0.4";

function serve(chunks: () => Iterable<string>): Promise<TestServer> {
  const route: Route = {
    path: "/text",
    answer: (request, response) => sendText(request, response, TYPE, chunks()),
  };
  return startWeb({ routes: [route] });
}

async function ask({ port }: TestServer, encoding?: string, method = "GET"): Promise<IncomingMessage> {
  const headers = encoding === undefined ? {} : { "accept-encoding": encoding };
  const request = get({ host: "127.0.0.1", port, path: "/text", method, headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

const LINES = Array.from({ length: 20_000 }, (_, line) => `line ${line} ümläut\n`);

describe("a text", () => {
  it("comes whole, whatever its chunks are", async () => {
    const server = await serve(() => LINES);
    const response = await ask(server);
    assert.equal(response.headers["content-type"], TYPE);
    assert.equal(response.headers["content-encoding"], undefined);
    assert.equal(response.headers.vary, "Accept-Encoding");
    assert.equal(await text(response), LINES.join(""));
  });

  it("comes compressed for who asks for that", async () => {
    const response = await ask(await serve(() => LINES), "deflate, gzip");
    assert.equal(response.headers["content-encoding"], "gzip");
    const packed = await buffer(response);
    assert.ok(packed.length < LINES.join("").length / 3, `${packed.length} bytes`);
    assert.equal(gunzipSync(packed).toString(), LINES.join(""));
  });

  for (const encoding of [undefined, "gzip"]) {
    it(`may be empty (${encoding ?? "plain"})`, async () => {
      const packed = await buffer(await ask(await serve(() => ["", ""]), encoding));
      assert.equal((encoding === undefined ? packed : gunzipSync(packed)).toString(), "");
    });

    it(`is written no further ahead than its reader reads (${encoding ?? "plain"})`, async () => {
      let written = 0;
      const closed = Promise.withResolvers<null>();
      function* endless(): Generator<string> {
        try {
          for (;;) {
            written += 1;
            // Random, so that compression does not make room for the whole.
            yield String(Math.random()).repeat(500);
          }
        } finally {
          closed.resolve(null);
        }
      }
      const response = await ask(await serve(endless), encoding);
      await once(response, "readable");
      // The reader goes away in the middle: the writing stops, which also proves that it had not come to an end.
      response.destroy();
      await closed.promise;
      assert.ok(written > 0);
    });
  }

  it("has its headers alone for HEAD, and is not made for it", async () => {
    const never: Iterable<string> = {
      [Symbol.iterator]() {
        throw new Error("nobody reads this");
      },
    };
    const response = await ask(await serve(() => never), "gzip", "HEAD");
    assert.deepEqual([response.statusCode, response.headers["content-encoding"]], [200, "gzip"]);
    assert.equal(await text(response), "");
  });

  it("that fails at its beginning is an error answer, without a trace of the encoding", async () => {
    function* broken(): Generator<string> {
      yield "a little, which nobody has got yet";
      throw new Error("no more");
    }
    const response = await ask(await serve(broken), "gzip");
    assert.equal(response.statusCode, 500);
    assert.equal(response.headers["content-encoding"], undefined);
    assert.match(await text(response), /"status":500/);
  });

  for (const encoding of [undefined, "gzip"]) {
    it(`that fails later breaks the connection, and is never taken for whole (${encoding ?? "plain"})`, async () => {
      function* broken(): Generator<string> {
        for (let count = 0; count < 10; count += 1) yield "x".repeat(40_000);
        throw new Error("no more");
      }
      const response = await ask(await serve(broken), encoding);
      assert.equal(response.statusCode, 200);
      await assert.rejects(buffer(response));
    });
  }
});

describe("an Accept-Encoding", () => {
  const CASES: readonly (readonly [header: string | undefined, gzip: boolean])[] = [
    [undefined, false],
    ["", false],
    ["gzip", true],
    ["GZIP", true],
    ["x-gzip", true],
    ["deflate, br", false],
    ["gzip;q=0", false],
    ["gzip; q=0.000", false],
    ["gzip;q=0.1", true],
    ["gzip ; Q = 0.5", true],
    ["*", true],
    ["*;q=0", false],
    ["*, gzip;q=0", false],
    ["*;q=0, gzip", true],
    ["identity, gzip;q=0.5", false],
    ["identity;q=0.5, gzip", true],
    ["identity;q=0, gzip;q=0.1", true],
    ["gzip;q=2", false],
    ["gzip;q=", false],
    ["gzip;level=9", true],
    [",,gzip,,", true],
    ["notgzip", false],
  ];
  for (const [header, gzip] of CASES) {
    it(`${JSON.stringify(header)} asks for ${gzip ? "gzip" : "plain text"}`, () => {
      assert.equal(prefersGzip(header), gzip);
    });
  }
});
