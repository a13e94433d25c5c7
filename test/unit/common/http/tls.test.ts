import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request as askOverTls } from "node:https";
import { connect as connectPlain } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { connect } from "node:tls";
import { hashSync } from "bcryptjs";
import { Router } from "express";
import type { HttpServerParts } from "../../../../common/http/server.ts";
import { followWebConfig } from "../../../../common/http/web/follow.ts";
import { makeCertificateFolder, type Certificate } from "../../../support/certificates.ts";
import { basic, keepingLog, startHttp, type TestServer } from "./fixture.ts";

const certificates = makeCertificateFolder();
after(() => {
  rmSync(certificates.path, { recursive: true });
});
const ours = certificates.authority("ours");
const theirs = certificates.authority("theirs");
const server = certificates.issue(ours, "server", "DNS:localhost,IP:127.0.0.1");
const renewed = certificates.issue(ours, "renewed", "DNS:localhost,IP:127.0.0.1");
const client = certificates.issue(ours, "client", "DNS:client.example");
const stranger = certificates.issue(theirs, "stranger", "DNS:client.example");
const ca = readFileSync(ours.cert);

const TLS = ["tls_server_config:", "  cert_file: server.crt", "  key_file: server.key"];
const MUTUAL = [...TLS, "  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: ours.crt"];

interface Secured extends TestServer {
  readonly told: readonly string[];
  /** Writes the web configuration anew. */
  configure(...lines: readonly string[]): void;
  /** Lets the second pass after which files are looked at again. */
  pass(): void;
}

let files = 0;
/** Starts a server with this web configuration, which stands beside the certificates. */
async function startSecured(lines: readonly string[], over: Partial<HttpServerParts> = {}): Promise<Secured> {
  files += 1;
  const file = join(certificates.path, `web-${files}.yml`);
  const configure = (...content: readonly string[]): void => {
    writeFileSync(file, content.join("\n"));
  };
  configure(...lines);
  let now = 0;
  const { log, told } = keepingLog();
  const security = followWebConfig({ file, log, now: () => now });
  const started = await startHttp({ security, log, ...over });
  const pass = (): void => {
    now += 1;
  };
  return { ...started, told, configure, pass };
}

interface Asking {
  readonly certificate?: Certificate;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** An answer over a connection of its own, from a server of our authority. */
async function ask({ port }: TestServer, path: string, asking: Asking = {}): Promise<Answer> {
  const { certificate, headers = {} } = asking;
  const sending = askOverTls({
    ...{ host: "127.0.0.1", port, path, ca, agent: false, headers },
    ...(certificate === undefined ? {} : pemOf(certificate)),
  });
  sending.end();
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

function pemOf({ cert, key }: Certificate): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/** The name in the certificate that the server shows now. */
async function shownBy({ port }: TestServer): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, ca });
  await once(socket, "secureConnect");
  const { subject = "" } = socket.getPeerX509Certificate() ?? {};
  socket.destroy();
  return subject;
}

describe("a server with a certificate", () => {
  it("speaks TLS and nothing else, and has browsers remember that", async () => {
    const secured = await startSecured(TLS);
    for (const [path, body] of [
      ["/healthz", "ok\n"],
      ["/readyz", "ready\n"],
      ["/metrics", "up 1\n"],
    ] as const) {
      const answer = await ask(secured, path);
      assert.deepEqual([answer.status, answer.body], [200, body]);
      assert.equal(answer.headers["strict-transport-security"], "max-age=31536000");
    }
    await assert.rejects(fetch(`${secured.url}/healthz`));
    assert.equal((await ask(secured, "/healthz")).status, 200);
  });

  it("lets the web configuration say for how long", async () => {
    const header = "Strict-Transport-Security: max-age=60";
    const secured = await startSecured([...TLS, `http_server_config: {headers: {${header}}}`]);
    assert.equal((await ask(secured, "/healthz")).headers["strict-transport-security"], "max-age=60");
  });

  it("takes up a renewed certificate without a restart, and holds to the old one while the new one is bad", async () => {
    const [cert, key] = ["live.crt", "live.key"].map((name) => join(certificates.path, name)) as [
      string,
      string,
    ];
    copyFileSync(server.cert, cert);
    copyFileSync(server.key, key);
    const secured = await startSecured([
      "tls_server_config:",
      "  cert_file: live.crt",
      "  key_file: live.key",
    ]);
    assert.equal(await shownBy(secured), "CN=server");
    copyFileSync(renewed.cert, cert);
    secured.pass();
    assert.equal(await shownBy(secured), "CN=server");
    assert.match(secured.told.join("\n"), /is not the key of this certificate/);
    copyFileSync(renewed.key, key);
    secured.pass();
    assert.equal(await shownBy(secured), "CN=renewed");
    assert.equal((await ask(secured, "/healthz")).status, 200);
    assert.doesNotMatch(secured.told.join("\n"), /PRIVATE KEY/);
  });

  it("answers what is no request over TLS with a problem, and goes on", async () => {
    const secured = await startSecured(TLS);
    const socket = connect({ host: "127.0.0.1", port: secured.port, ca });
    socket.write("GARBAGE\r\n\r\n");
    assert.match(await text(socket), /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"status":400/);
    assert.equal((await ask(secured, "/healthz")).status, 200);
  });

  it("stops in time although a handshake never ends, and a stream does not either", async () => {
    const endless = Router().get("/endless", (_request, response) => {
      response.type("text/event-stream").flushHeaders();
    });
    const secured = await startSecured(TLS, { routes: [endless] });
    const mute = connectPlain(secured.port, "127.0.0.1");
    mute.on("error", () => null);
    await once(mute, "connect");
    const gone = once(mute, "close");
    const answer = ask(secured, "/endless");
    const refused = assert.rejects(answer);
    // When this one is answered, the others have long come.
    assert.equal((await ask(secured, "/healthz")).status, 200);
    const began = performance.now();
    await secured.stop(1);
    await Promise.all([gone, refused]);
    // Far less than what a handshake may take.
    assert.ok(performance.now() - began < 5000);
  });
});

describe("a server that wants its clients' certificates", () => {
  it("lets in who has one of the authority, and refuses who has none or another's", async () => {
    const secured = await startSecured(MUTUAL);
    assert.equal((await ask(secured, "/healthz", { certificate: client })).status, 200);
    await assert.rejects(ask(secured, "/healthz"));
    await assert.rejects(ask(secured, "/healthz", { certificate: stranger }));
    assert.equal((await ask(secured, "/metrics", { certificate: client })).status, 200);
  });

  it("lets in those of the allowed names only", async () => {
    const secured = await startSecured([...MUTUAL, "  client_allowed_sans: [client.example]"]);
    assert.equal((await ask(secured, "/healthz", { certificate: client })).status, 200);
    await assert.rejects(ask(secured, "/healthz", { certificate: renewed }));
  });

  it("begins and ceases to want them without a restart", async () => {
    const secured = await startSecured(TLS);
    assert.equal((await ask(secured, "/healthz")).status, 200);
    secured.configure(...MUTUAL);
    secured.pass();
    await assert.rejects(ask(secured, "/healthz"));
    assert.equal((await ask(secured, "/healthz", { certificate: client })).status, 200);
    secured.configure(...TLS);
    secured.pass();
    assert.equal((await ask(secured, "/healthz")).status, 200);
  });
});

describe("a server with a certificate and users", () => {
  it("asks for the password too", async () => {
    const secured = await startSecured([...TLS, `basic_auth_users: {ann: ${hashSync("right", 4)}}`]);
    const statusFor = async (headers: Asking["headers"] = {}): Promise<number> =>
      (await ask(secured, "/healthz", { headers })).status;
    assert.equal(await statusFor(), 401);
    assert.equal(await statusFor({ Authorization: basic("ann", "wrong") }), 401);
    assert.equal(await statusFor({ Authorization: basic("ann", "right") }), 200);
  });
});
