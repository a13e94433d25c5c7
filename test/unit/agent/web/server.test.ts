import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import type { Route } from "../../../../agent/web/server.ts";
import { keepingLog, securityOf, sendRaw } from "../../common/http/fixture.ts";
import { startWeb } from "./fixture.ts";

const HELLO: Route = {
  path: "/hello",
  answer: (_request, response, url) => {
    response.setHeader("Content-Type", "text/plain");
    response.end(`hello ${url.searchParams.get("name") ?? "nobody"}`);
  },
};

interface ProblemDocument {
  readonly status: number;
  readonly detail: string;
}

async function problemOf(response: Response): Promise<ProblemDocument> {
  assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const document = (await response.json()) as ProblemDocument;
  assert.equal(document.status, response.status);
  return document;
}

describe("the agent's server", () => {
  it("answers its routes, with the query", async () => {
    const { url } = await startWeb({ routes: [HELLO] });
    const response = await fetch(`${url}/hello?name=you`);
    assert.equal(await response.text(), "hello you");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  });

  it("lists them on a page of its own, with the version", async () => {
    const { url } = await startWeb({ routes: [HELLO] });
    const response = await fetch(url);
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    const page = await response.text();
    for (const path of ["/hello", "/healthz", "/readyz"]) assert.ok(page.includes(`href="${path}"`), path);
    assert.match(page, /Version \d+\.\d+\.\d+/);
  });

  it("tells whether it runs and whether it is ready", async () => {
    const { url } = await startWeb({ readiness: () => ({ ready: false, reason: "no sample yet" }) });
    const health = await fetch(`${url}/healthz`);
    assert.deepEqual([health.status, await health.text()], [200, "ok\n"]);
    const ready = await fetch(`${url}/readyz`);
    assert.deepEqual([ready.status, await ready.text()], [503, "no sample yet\n"]);
  });

  it("answers HEAD with the headers alone", async () => {
    const { port } = await startWeb();
    const raw = await sendRaw(port, "HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert.match(raw, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(raw, /Content-Length: 3\r\n/);
    assert.ok(raw.endsWith("\r\n\r\n"), raw);
  });

  it("knows no other path, and none by half", async () => {
    const { url } = await startWeb({ routes: [HELLO] });
    for (const path of ["/nothing", "/hello/", "//hello", "/HELLO", "/__proto__"]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 404, path);
      assert.ok((await problemOf(response)).detail.includes(path));
    }
  });

  it("knows no method but GET and HEAD", async () => {
    const { url } = await startWeb({ routes: [HELLO] });
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const response = await fetch(`${url}/hello`, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "GET, HEAD");
      await problemOf(response);
    }
  });

  it("reads a whole address, as proxies send it, and refuses one that cannot be read", async () => {
    const { port } = await startWeb({ routes: [HELLO] });
    const ask = (target: string) =>
      sendRaw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.match(await ask("http://elsewhere/hello?name=p"), /hello p$/);
    assert.match(await ask("http://[/hello"), /^HTTP\/1\.1 400 Bad Request\r\n[^]*"status":400/);
  });

  it("tells nobody but the log why a route failed", async () => {
    const { log, told } = keepingLog();
    const fail = (path: string, answer: Route["answer"]): Route => ({ path, answer });
    const routes = [
      fail("/now", () => {
        throw new Error("secret cause 1");
      }),
      fail("/later", () => Promise.reject(new Error("secret cause 2"))),
    ];
    const { url } = await startWeb({ routes, log });
    for (const path of ["/now", "/later"]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 500);
      assert.doesNotMatch((await problemOf(response)).detail, /secret/);
    }
    assert.equal(told.filter((line) => line.startsWith("request failed")).length, 2);
    assert.ok(told.some((line) => line.includes("secret cause 2")));
  });

  it("breaks the connection when a route fails in the middle of its answer, and goes on", async () => {
    const half: Route = {
      path: "/half",
      answer: (_request, response) => {
        response.write("half");
        throw new Error("no more");
      },
    };
    const { url } = await startWeb({ routes: [half] });
    await assert.rejects(async () => (await fetch(`${url}/half`)).text());
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  });

  it("goes on when a client goes away before its answer", async () => {
    const asked = Promise.withResolvers<null>();
    const gone = Promise.withResolvers<null>();
    const slow: Route = {
      path: "/slow",
      async answer(_request, response) {
        response.once("close", () => {
          gone.resolve(null);
        });
        asked.resolve(null);
        await gone.promise;
        response.end("too late");
      },
    };
    const { url, port } = await startWeb({ routes: [slow] });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    await asked.promise;
    socket.resetAndDestroy();
    await gone.promise;
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  });

  it("logs the port it has", async () => {
    const { log, told } = keepingLog();
    const { port } = await startWeb({ log });
    assert.deepEqual(told, [`listening {"port":${port}}`]);
  });

  it("cannot start where another one listens", async () => {
    const { port } = await startWeb();
    await assert.rejects(startWeb({ listen: { host: "127.0.0.1", port } }), { code: "EADDRINUSE" });
  });
});

describe("a request that is none", () => {
  const CASES: readonly (readonly [what: string, bytes: string, status: number])[] = [
    ["garbage", "GARBAGE\r\n\r\n", 400],
    ["a method that is none", "G\u0000T / HTTP/1.1\r\n\r\n", 400],
    ["two lengths", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
    ["headers without end", `GET / HTTP/1.1\r\nX: ${"x".repeat(40_000)}\r\n\r\n`, 431],
  ];
  for (const [what, bytes, status] of CASES) {
    it(`such as ${what} is answered with a problem of status ${status}, and the connection ends`, async () => {
      const { url, port } = await startWeb();
      const raw = await sendRaw(port, bytes);
      assert.match(raw, new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.match(raw, /\r\nContent-Type: application\/problem\+json/);
      const body = raw.slice(raw.indexOf("\r\n\r\n") + 4);
      assert.equal((JSON.parse(body) as ProblemDocument).status, status);
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
    });
  }

  it("ends the connection without a word in the middle of another answer, which it would garble", async () => {
    const asked = Promise.withResolvers<null>();
    const endless: Route = {
      path: "/endless",
      answer: (_request, response) => {
        response.write("begun");
        asked.resolve(null);
      },
    };
    const { port } = await startWeb({ routes: [endless] });
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.on("data", (data) => {
      received += data.toString();
    });
    socket.on("error", () => null);
    socket.write("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    await asked.promise;
    socket.write("GARBAGE\r\n\r\n");
    await once(socket, "close");
    assert.doesNotMatch(received, /400/);
  });
});

describe("a server with security", () => {
  it("sends the configured headers with every answer", async () => {
    const security = securityOf({ headers: { "X-Frame-Options": "deny" } });
    const { url } = await startWeb({ security });
    for (const path of ["/", "/nothing"]) {
      assert.equal((await fetch(url + path)).headers.get("x-frame-options"), "deny");
    }
  });

  it("lets nobody in without credentials, to no path", async () => {
    const admits = (authorization: string | undefined) => Promise.resolve(authorization === "Basic right");
    const { url } = await startWeb({ routes: [HELLO], security: securityOf({ admits }) });
    for (const path of ["/", "/hello", "/healthz", "/readyz", "/nothing"]) {
      const refused = await fetch(url + path, { headers: { authorization: "Basic wrong" } });
      assert.equal(refused.status, 401, path);
      assert.match(refused.headers.get("www-authenticate") ?? "", /^Basic realm=/);
      await problemOf(refused);
    }
    assert.equal((await fetch(`${url}/hello`, { headers: { authorization: "Basic right" } })).status, 200);
  });

  it("answers 429 to a request above the limit, before it looks at credentials", async () => {
    const admits = () => Promise.reject(new Error("nobody should ask"));
    const { url } = await startWeb({ security: securityOf({ wait: () => 1.5, admits }) });
    const response = await fetch(`${url}/healthz`);
    assert.equal(response.status, 429);
    assert.equal(response.headers.get("retry-after"), "2");
    await problemOf(response);
  });
});
