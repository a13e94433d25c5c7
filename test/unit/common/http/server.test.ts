import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { Router } from "express";
import { userOf } from "../../../../common/http/server.ts";
import { createAttempts } from "../../../../common/http/web/attempts.ts";
import type { Guard } from "../../../../common/http/web/gate.ts";
import { basic, keepingLog, securityOf, sendRaw, startHttp } from "./fixture.ts";

const PATHS = ["/healthz", "/readyz", "/metrics", "/hello", "/nothing"];

function hello(): Router {
  return Router()
    .get("/hello", (_request, response) => {
      response.type("text/plain").send(`hello ${userOf(response) ?? "nobody"}`);
    })
    .post("/hello", (_request, response) => {
      response.type("text/plain").send("done");
    });
}

async function problemOf(response: Response): Promise<{ readonly detail: string }> {
  assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const document = (await response.json()) as { readonly status: number; readonly detail: string };
  assert.equal(document.status, response.status);
  return document;
}

/** What a browser looks for before it lets a page of another origin read an answer. */
function sharedWith(response: Response): readonly string[] {
  return [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));
}

describe("a server of ours", () => {
  it("says that it runs, whether it is ready, and what it measures", async () => {
    const { url } = await startHttp({ readiness: () => ({ ready: false, reason: "no look yet" }) });
    const answers = await Promise.all(
      ["/healthz", "/readyz", "/metrics"].map(async (path) => {
        const response = await fetch(url + path);
        return [response.status, await response.text()];
      }),
    );
    assert.deepEqual(answers, [
      [200, "ok\n"],
      [503, "no look yet\n"],
      [200, "up 1\n"],
    ]);
  });

  it("sends strict headers with every answer, without those that only TLS can keep", async () => {
    const { url } = await startHttp({ routes: [hello()] });
    for (const path of PATHS) {
      const response = await fetch(url + path);
      const { headers } = response;
      assert.equal(headers.get("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("x-frame-options"), "DENY");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
      assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
      assert.equal(headers.get("cache-control"), "no-store");
      assert.equal(headers.get("strict-transport-security"), null);
      assert.equal(headers.get("x-powered-by"), null);
      await response.body?.cancel();
    }
  });

  it("sends the headers of the web configuration instead of its own, refusals included", async () => {
    const headers = { "X-Frame-Options": "sameorigin", "X-XSS-Protection": "1" };
    const { url } = await startHttp({
      security: securityOf({ headers, admits: () => Promise.resolve(false) }),
    });
    const response = await fetch(`${url}/healthz`);
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("x-frame-options"), "sameorigin");
    assert.equal(response.headers.get("x-xss-protection"), "1");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    await problemOf(response);
  });
});

describe("a page of another origin", () => {
  it("is told nothing, and its browser's question is refused wherever it asks", async () => {
    const { url } = await startHttp({ routes: [hello()] });
    for (const path of PATHS) {
      for (const method of ["GET", "HEAD", "OPTIONS", "POST", "PUT"]) {
        const headers = { Origin: "http://elsewhere.example", "Access-Control-Request-Method": "POST" };
        const response = await fetch(url + path, { method, headers });
        assert.deepEqual(sharedWith(response), [], `${method} ${path}`);
        if (method === "OPTIONS") {
          assert.equal(response.status, 405, path);
          assert.equal(response.headers.get("allow"), "GET, HEAD, POST");
          await problemOf(response);
        } else {
          await response.body?.cancel();
        }
      }
    }
  });

  it("has no browser do anything here: only programs and pages of ours do", async () => {
    const { url, port } = await startHttp({ routes: [hello()] });
    const cases: readonly (readonly [headers: Readonly<Record<string, string>>, status: number])[] = [
      [{}, 200],
      [{ Origin: `http://127.0.0.1:${port}` }, 200],
      [{ Origin: "http://127.0.0.1" }, 403],
      [{ Origin: "http://elsewhere.example" }, 403],
      [{ Origin: "null" }, 403],
      [{ "Sec-Fetch-Site": "same-origin", Origin: "http://before.the.proxy" }, 200],
      [{ "Sec-Fetch-Site": "none" }, 200],
      [{ "Sec-Fetch-Site": "same-site", Origin: `http://127.0.0.1:${port}` }, 403],
      [{ "Sec-Fetch-Site": "cross-site" }, 403],
    ];
    for (const [headers, status] of cases) {
      const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map((line) => line.join(": "));
      const raw = await sendRaw(
        port,
        `POST /hello HTTP/1.1\r\n${lines.join("\r\n")}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      assert.ok(raw.startsWith(`HTTP/1.1 ${status} `), `${JSON.stringify(headers)}: ${raw.slice(0, 30)}`);
    }
    assert.equal(
      (await fetch(`${url}/hello`, { headers: { Origin: "http://elsewhere.example" } })).status,
      200,
    );
  });
});

/** Lets in the token T, and ann with her password. */
function guarded(): {
  readonly guard: Guard;
  readonly security: ReturnType<typeof securityOf>;
  readonly pass: (seconds: number) => void;
  readonly lockedOut: readonly string[];
} {
  let now = 0;
  const lockedOut: string[] = [];
  const attempts = createAttempts({ now: () => now, onLockedOut: (address) => lockedOut.push(address) });
  return {
    guard: { knows: (authorization) => authorization === "Bearer T", attempts },
    security: securityOf({ admits: (sent) => Promise.resolve(sent === basic("ann", "right")) }),
    pass: (seconds) => {
      now += seconds;
    },
    lockedOut,
  };
}

describe("a server with users", () => {
  it("lets in nobody but them and who has what else is good, to every path", async () => {
    const { url } = await startHttp({ routes: [hello()], ...guarded() });
    for (const path of PATHS) {
      for (const headers of [{}, { Authorization: basic("ann", "wrong") }]) {
        const refused = await fetch(url + path, { headers });
        assert.equal(refused.status, 401, path);
        assert.match(refused.headers.get("www-authenticate") ?? "", /^Bearer realm="ballast", Basic realm=/);
        await problemOf(refused);
      }
      for (const Authorization of [basic("ann", "right"), "Bearer T"]) {
        const response = await fetch(url + path, { headers: { Authorization } });
        assert.equal(response.status, path === "/nothing" ? 404 : 200, path);
        await response.body?.cancel();
      }
    }
  });

  it("knows as whom they came", async () => {
    const { url } = await startHttp({ routes: [hello()], ...guarded() });
    const greeting = async (Authorization: string): Promise<string> =>
      (await fetch(`${url}/hello`, { headers: { Authorization } })).text();
    assert.equal(await greeting(basic("ann", "right")), "hello ann");
    assert.equal(await greeting("Bearer T"), "hello nobody");
  });

  it("stops to listen to an address that guesses, and does again later", async () => {
    const { pass, lockedOut, ...parts } = guarded();
    const { url } = await startHttp({ routes: [hello()], ...parts });
    const ask = (password: string): Promise<Response> =>
      fetch(`${url}/hello`, { headers: { Authorization: basic("ann", password) } });
    for (let guess = 0; guess < 10; guess += 1) assert.equal((await ask(`${guess}`)).status, 401);
    for (const password of ["again", "right"]) {
      const refused = await ask(password);
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get("retry-after"), "30");
      await problemOf(refused);
    }
    assert.equal((await fetch(`${url}/hello`)).status, 401, "no credentials are no guess");
    assert.deepEqual(lockedOut, ["127.0.0.1"]);
    pass(30);
    assert.equal((await ask("right")).status, 200);
  });

  it("says when to come again where the web configuration limits requests", async () => {
    const { url } = await startHttp({ security: securityOf({ wait: () => 2.1 }) });
    const response = await fetch(`${url}/healthz`);
    assert.deepEqual([response.status, response.headers.get("retry-after")], [429, "3"]);
    await problemOf(response);
  });

  it("answers 500 and goes on when the check itself fails", async () => {
    let broken = true;
    const admits = (): Promise<boolean> =>
      broken ? Promise.reject(new Error("secret cause")) : Promise.resolve(true);
    const { log, told } = keepingLog();
    const { url } = await startHttp({ security: securityOf({ admits }), log });
    const headers = { Authorization: basic("ann", "x") };
    const response = await fetch(`${url}/healthz`, { headers });
    assert.equal(response.status, 500);
    assert.doesNotMatch((await problemOf(response)).detail, /secret/);
    assert.match(told.join("\n"), /request failed .*secret cause/);
    broken = false;
    assert.equal((await fetch(`${url}/healthz`, { headers })).status, 200);
  });
});

describe("a request that is none", () => {
  const CASES: readonly (readonly [what: string, bytes: string, status: number])[] = [
    ["garbage", "GARBAGE\r\n\r\n", 400],
    ["a TLS handshake", "\u0016\u0003\u0001\u0002\u0000\u0001", 400],
    ["two lengths", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
    ["headers without end", `GET / HTTP/1.1\r\nX: ${"x".repeat(40_000)}\r\n\r\n`, 431],
  ];
  for (const [what, bytes, status] of CASES) {
    it(`such as ${what} is answered with a problem of status ${status}, and the server goes on`, async () => {
      const { url, port } = await startHttp();
      const raw = await sendRaw(port, bytes);
      assert.match(raw, new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.match(raw, /\r\nContent-Type: application\/problem\+json/);
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
    });
  }
});

/** Sends a byte each 20 ms for as long as somebody reads, or nothing after the first. */
function streams(): Router {
  return Router()
    .get("/beating", (_request, response) => {
      response.type("text/event-stream").flushHeaders();
      const beat = setInterval(() => response.write("."), 20);
      response.once("close", () => {
        clearInterval(beat);
      });
    })
    .get("/silent", (_request, response) => {
      response.type("text/event-stream").flushHeaders();
    });
}

describe("a stream", () => {
  const bounds = { idleTimeoutMs: 200 };

  it("lives for as long as it sends something, far longer than silence is borne", async () => {
    const { url } = await startHttp({ routes: [streams()], bounds });
    const reader = (await fetch(`${url}/beating`)).body?.getReader();
    assert.ok(reader !== undefined);
    const began = performance.now();
    while (performance.now() - began < 5 * bounds.idleTimeoutMs) {
      assert.equal((await reader.read()).done, false, "it was cut");
    }
    await reader.cancel();
  });

  it("is cut when it is silent", async () => {
    const { url } = await startHttp({ routes: [streams()], bounds });
    const response = await fetch(`${url}/silent`);
    await assert.rejects(response.text());
  });

  it("does not outlive the server", async () => {
    const { url, stop } = await startHttp({ routes: [streams()] });
    const response = await fetch(`${url}/beating`);
    await stop(1);
    await assert.rejects(response.text());
  });
});

describe("more connections than a server bears", () => {
  it("are cut, and one is accepted again when another has gone", async () => {
    const { port } = await startHttp({ bounds: { maxConnections: 1 } });
    const first = connect(port, "127.0.0.1");
    first.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(first, "data");
    const second = connect(port, "127.0.0.1");
    second.on("error", () => null);
    await once(second, "close");
    first.destroy();
    for (;;) {
      const third = connect(port, "127.0.0.1");
      third.on("error", () => null);
      third.end("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      if ((await text(third).catch(() => "")).startsWith("HTTP/1.1 200")) break;
    }
  });
});
