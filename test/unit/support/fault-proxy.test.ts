import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { startFaultProxy, type Arming, type FaultProxy } from "../../faults/support/fault-proxy.ts";

const WEB = "web0000000000000000000000";
const API = "api0000000000000000000000";

/** A daemon of services whose version grows with each write; it tells what it was asked. */
interface FakeDaemon {
  readonly socketPath: string;
  readonly asked: readonly string[];
}

async function fakeDaemon(context: TestContext): Promise<FakeDaemon> {
  const folder = await mkdtemp(join(tmpdir(), "fault-proxy-"));
  const socketPath = join(folder, "docker.sock");
  const asked: string[] = [];
  const versions = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "" } = incoming;
    void buffer(incoming).then((body) => {
      asked.push(`${method} ${url} ${body.toString()}`.trim());
      const id = /services\/(\w+)/.exec(url)?.[1] ?? "";
      if (method === "POST") versions.set(id, (versions.get(id) ?? 0) + 1);
      outgoing.writeHead(200, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ version: versions.get(id) ?? 0 }));
    });
  });
  server.listen(socketPath);
  await once(server, "listening");
  context.after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });
  return { socketPath, asked };
}

interface Setting {
  readonly daemon: FakeDaemon;
  readonly proxy: FaultProxy;
  /** What the hooks were called for. */
  readonly hooked: readonly string[];
  readonly get: (path: string, signal?: AbortSignal) => Promise<Response>;
  readonly post: (path: string, body?: string) => Promise<Response>;
}

async function setUp(context: TestContext): Promise<Setting> {
  const daemon = await fakeDaemon(context);
  const hooked: string[] = [];
  const proxy = await startFaultProxy(daemon.socketPath, {
    kill: () => hooked.push(`kill, the daemon had ${daemon.asked.length}`),
    ownerWrites(service) {
      hooked.push(`write ${service}, the daemon had ${daemon.asked.length}`);
      return Promise.resolve();
    },
  });
  context.after(() => {
    proxy.close();
  });
  const url = proxy.host.replace("tcp:", "http:");
  return {
    daemon,
    proxy,
    hooked,
    get: (path, signal) => fetch(`${url}${path}`, signal === undefined ? {} : { signal }),
    post: (path, body = "{}") => fetch(`${url}${path}`, { method: "POST", body }),
  };
}

async function versionOf(answer: Promise<Response>): Promise<unknown> {
  return ((await (await answer).json()) as { readonly version: unknown }).version;
}

describe("a proxy of faults", () => {
  it("passes calls on as they are and tells what they were", async (context) => {
    const { daemon, proxy, get, post } = await setUp(context);
    const filters = encodeURIComponent(JSON.stringify({ service: [WEB] }));
    await get("/v1.41/info");
    await get(`/tasks?filters=${filters}`);
    assert.equal(await versionOf(post(`/v1.41/services/${WEB}/update?version=7`, '{"Name":"web"}')), 1);
    assert.deepEqual(daemon.asked, [
      "GET /v1.41/info",
      `GET /tasks?filters=${filters}`,
      `POST /v1.41/services/${WEB}/update?version=7 {"Name":"web"}`,
    ]);
    assert.deepEqual(
      proxy.calls.map(({ number, kind, what, service, body }) => [number, kind, what, service, body]),
      [
        [1, "read", "GET /info", null, ""],
        [2, "read", "GET /tasks", WEB, ""],
        [3, "write", "POST /services/ID/update", WEB, '{"Name":"web"}'],
      ],
    );
    assert.equal(proxy.calls[2]?.answer?.body.toString(), '{"version":1}');
  });

  it("strikes one call, once, and tells which", async (context) => {
    const { proxy, get } = await setUp(context);
    const armed = proxy.arm({ call: 2, when: "before", fault: "error500" });
    assert.equal((await get("/info")).status, 200);
    assert.equal(armed.hit(), null);
    const struck = await get("/nodes");
    assert.equal(struck.status, 500);
    assert.match(await struck.text(), /"message":"a fault of the tests/);
    assert.equal(armed.hit()?.call.what, "GET /nodes");
    assert.equal((await get("/nodes")).status, 200);
  });

  it("knows the call by what it is and by what was before it", async (context) => {
    const { proxy, get } = await setUp(context);
    const isSecond: Arming["call"] = ({ what }, earlier) => earlier.some((call) => call.what === what);
    const armed = proxy.arm({ call: isSecond, when: "before", fault: "error500" });
    await get("/info");
    await get("/nodes");
    await get("/info");
    assert.equal(armed.hit()?.call.number, 3);
  });

  it("lets everything pass once it is disarmed", async (context) => {
    const { proxy, get } = await setUp(context);
    const armed = proxy.arm({ call: () => true, when: "before", fault: "cut" });
    proxy.disarm();
    assert.equal((await get("/info")).status, 200);
    assert.equal(armed.hit(), null);
  });

  for (const [when, had] of [
    ["before", 0],
    ["after", 1],
  ] as const) {
    const update = `/services/${WEB}/update`;

    it(`tells of an error ${when} the daemon had the call`, async (context) => {
      const { daemon, proxy, post } = await setUp(context);
      proxy.arm({ call: 1, when, fault: "error500" });
      assert.equal((await post(update)).status, 500);
      assert.equal(daemon.asked.length, had);
    });

    it(`cuts the connection ${when} the daemon had the call`, async (context) => {
      const { daemon, proxy, post } = await setUp(context);
      proxy.arm({ call: 1, when, fault: "cut" });
      await assert.rejects(post(update), /fetch failed/);
      assert.equal(daemon.asked.length, had);
    });

    it(`never answers ${when} the daemon had the call`, async (context) => {
      const { daemon, proxy, get } = await setUp(context);
      proxy.arm({ call: 1, when, fault: "timeout" });
      const reader = new AbortController();
      const asking = get("/info", reader.signal);
      // Another call, later than this one, is answered: the first is not merely slow.
      await get("/nodes");
      assert.equal(daemon.asked.filter((call) => call === "GET /info").length, had);
      reader.abort();
      await assert.rejects(asking, { name: "AbortError" });
    });

    it(`kills ${when} the daemon had the call, and answers nobody`, async (context) => {
      const { proxy, hooked, post } = await setUp(context);
      proxy.arm({ call: 1, when, fault: "kill" });
      await assert.rejects(post(update), /fetch failed/);
      assert.deepEqual(hooked, [`kill, the daemon had ${had}`]);
    });

    it(`has the owner write ${when} the daemon had the call, which passes`, async (context) => {
      const { daemon, proxy, hooked, post } = await setUp(context);
      proxy.arm({ call: 1, when, fault: "conflict" });
      assert.equal(await versionOf(post(update)), 1);
      assert.deepEqual(hooked, [`write ${WEB}, the daemon had ${had}`]);
      assert.equal(daemon.asked.length, 1);
    });
  }

  it("answers a stale read as before the last write to that service", async (context) => {
    const { daemon, proxy, get, post } = await setUp(context);
    const read = (id: string) => versionOf(get(`/services/${id}`));
    await read(WEB);
    await read(API);
    await post(`/services/${WEB}/update`);
    assert.equal(await read(WEB), 1);
    await post(`/services/${WEB}/update`);
    await post(`/services/${API}/update`);
    const asked = daemon.asked.length;
    proxy.arm({ call: ({ service }) => service === WEB, when: "before", fault: "stale" });
    assert.equal(await read(WEB), 1);
    assert.equal(daemon.asked.length, asked, "the daemon was not asked");
    assert.equal(await read(WEB), 2);
  });

  it("lets a read pass that has no answer from before a write", async (context) => {
    const { proxy, get, post } = await setUp(context);
    const armed = proxy.arm({ call: ({ kind }) => kind === "read", when: "before", fault: "stale" });
    assert.equal(await versionOf(get(`/services/${WEB}`)), 0);
    assert.equal(armed.hit(), null);
    await post(`/services/${WEB}/update`);
    assert.equal(await versionOf(get(`/services/${WEB}`)), 0);
    assert.equal(armed.hit()?.call.number, 3);
  });
});
