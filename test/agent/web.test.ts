import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { on, once } from "node:events";
import { get } from "node:https";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { hashSync } from "bcryptjs";
import { waitFor } from "../../lab/wait.ts";
import { startAgentProcess, type AgentProcess } from "../support/agent-process.ts";
import { makeCertificateFolder, type Certificate } from "../support/certificates.ts";
import { mustSucceed } from "../support/program.ts";

const TIMEOUT_MS = 30_000;
const certificates = makeCertificateFolder();
const ours = certificates.authority("ours");
const theirs = certificates.authority("theirs");
const server = certificates.issue(ours, "server", "DNS:localhost,IP:127.0.0.1");
const successor = certificates.issue(ours, "successor", "DNS:localhost,IP:127.0.0.1");
const scraper = certificates.issue(ours, "scraper", "DNS:prometheus.example,URI:spiffe://swarm/prometheus");
const stranger = certificates.issue(theirs, "stranger", "DNS:prometheus.example");
const ca = readFileSync(ours.cert);

const running: AgentProcess[] = [];
after(async () => {
  await Promise.all(running.map((agent) => agent.stop()));
  rmSync(certificates.path, { recursive: true });
});

let files = 0;
/** A web configuration beside the certificates, so that it can name them as they are. */
function webConfig(...lines: readonly string[]): string {
  files += 1;
  const file = join(certificates.path, `web-${files}.yml`);
  writeFileSync(file, lines.join("\n"));
  return file;
}

const TLS = ["tls_server_config:", "  cert_file: server.crt", "  key_file: server.key"] as const;

async function startWith(file: string): Promise<number> {
  const agent = await startAgentProcess([
    `--web.config.file=${file}`,
    "--docker.host=unix:///nonexistent.sock",
    "--collector.disable-defaults",
    "--collector.time",
  ]);
  running.push(agent);
  return Number(new URL(agent.url).port);
}

interface Asking {
  readonly client?: Certificate;
  readonly user?: string;
}

/** The status of an answer over TLS, from a server of our authority. */
async function ask(port: number, path: string, { client, user }: Asking = {}): Promise<number> {
  const request = get({
    ...{ host: "127.0.0.1", port, path, ca, agent: false },
    ...(client === undefined ? {} : pemOf(client)),
    ...(user === undefined ? {} : { auth: user }),
  });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  await text(response);
  return response.statusCode ?? 0;
}

function pemOf({ cert, key }: Certificate): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/** What came of a handshake. */
interface Handshake {
  readonly protocol: string | null;
  readonly suite: string;
  readonly subject: string;
}

async function shakeHands(port: number, options: ConnectionOptions = {}): Promise<Handshake> {
  const socket = connect({ host: "127.0.0.1", port, ca, ...options });
  await once(socket, "secureConnect");
  const subject = socket.getPeerX509Certificate()?.subject ?? "";
  const handshake = { protocol: socket.getProtocol(), suite: socket.getCipher().standardName, subject };
  socket.destroy();
  return handshake;
}

describe("an agent with a certificate", { concurrency: true }, () => {
  it("speaks TLS and nothing else", async () => {
    const port = await startWith(webConfig(...TLS));
    assert.equal(await ask(port, "/healthz"), 200);
    assert.equal(await ask(port, "/metrics"), 200);
    assert.equal(await ask(port, "/metrics", { client: stranger }), 200);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`));
    assert.equal(await ask(port, "/healthz"), 200);
  });

  it("takes the certificate and key from the configuration itself", async () => {
    const indented = (file: string) => readFileSync(file, "utf8").trimEnd().replaceAll("\n", "\n    ");
    const lines = [`  cert: |\n    ${indented(server.cert)}`, `  key: |\n    ${indented(server.key)}`];
    assert.equal(await ask(await startWith(webConfig("tls_server_config:", ...lines)), "/healthz"), 200);
  });

  it("speaks the versions and suites that are configured", async () => {
    const suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    const port = await startWith(webConfig(...TLS, "  max_version: TLS12", `  cipher_suites: [${suite}]`));
    const { protocol, suite: spoken } = await shakeHands(port);
    assert.deepEqual([protocol, spoken], ["TLSv1.2", suite]);
    await assert.rejects(shakeHands(port, { minVersion: "TLSv1.3" }));
    await assert.rejects(shakeHands(port, { ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" }));
  });

  it("speaks the curves that are configured", async () => {
    const port = await startWith(webConfig(...TLS, "  curve_preferences: [CurveP384, X25519]"));
    await shakeHands(port, { ecdhCurve: "P-384" });
    await shakeHands(port, { ecdhCurve: "X25519" });
    await assert.rejects(shakeHands(port, { ecdhCurve: "P-521" }));
  });

  it("leaves TLS 1.3 on whatever suites are chosen, and old versions off unless they are asked for", async () => {
    const suite = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
    const [normal, old] = await Promise.all([
      startWith(webConfig(...TLS, `  cipher_suites: [${suite}]`)),
      startWith(webConfig(...TLS, "  min_version: TLS10")),
    ]);
    const relic: ConnectionOptions = {
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT:@SECLEVEL=0",
    };
    assert.equal((await shakeHands(normal)).protocol, "TLSv1.3");
    await assert.rejects(shakeHands(normal, relic));
    assert.equal((await shakeHands(old, relic)).protocol, "TLSv1.1");
    assert.equal((await shakeHands(old)).protocol, "TLSv1.3");
  });

  it("takes up a new certificate without a restart, and holds to the old one while the new one is bad", async () => {
    const [cert, key] = ["live.crt", "live.key"].map((name) => join(certificates.path, name)) as [
      string,
      string,
    ];
    copyFileSync(server.cert, cert);
    copyFileSync(server.key, key);
    const port = await startWith(
      webConfig("tls_server_config:", "  cert_file: live.crt", "  key_file: live.key"),
    );
    const shown = async (): Promise<string> => (await shakeHands(port)).subject;
    assert.equal(await shown(), "CN=server");
    copyFileSync(successor.cert, cert);
    const log = running.find(({ url }) => url.endsWith(`:${port}`))?.log ?? [];
    await waitFor(
      "the log to tell of the key",
      async () => {
        assert.equal(await shown(), "CN=server");
        return log.some((line) => line.includes("is not the key of this certificate")) || undefined;
      },
      { timeoutMs: TIMEOUT_MS },
    );
    copyFileSync(successor.key, key);
    await waitFor("the new certificate", async () => (await shown()) === "CN=successor" || undefined, {
      timeoutMs: TIMEOUT_MS,
    });
    assert.ok(!log.some((line) => line.includes("PRIVATE KEY")));
  });
});

describe("what a client must show", { concurrency: true }, () => {
  const CASES: readonly (readonly [type: string, nothing: boolean, strange: boolean])[] = [
    ["NoClientCert", true, true],
    ["RequestClientCert", true, true],
    ["RequireClientCert", false, true],
    ["RequireAnyClientCert", false, true],
    ["VerifyClientCertIfGiven", true, false],
    ["RequireAndVerifyClientCert", false, false],
  ];
  for (const [type, nothing, strange] of CASES) {
    it(`is, with ${type}, ${nothing ? "nothing" : "a certificate"}, ${strange ? "of anybody" : "of the known authority"}`, async () => {
      const authority = type === "NoClientCert" ? [] : ["  client_ca_file: ours.crt"];
      const port = await startWith(webConfig(...TLS, `  client_auth_type: ${type}`, ...authority));
      const expect = async (isIn: boolean, asking: Asking): Promise<void> => {
        if (isIn) assert.equal(await ask(port, "/healthz", asking), 200);
        else await assert.rejects(ask(port, "/healthz", asking));
      };
      await expect(true, { client: scraper });
      await expect(nothing, {});
      await expect(strange, { client: stranger });
    });
  }

  it("is one of the allowed names", async () => {
    const lines = [...TLS, "  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: ours.crt"];
    const [right, wrong] = await Promise.all([
      startWith(webConfig(...lines, "  client_allowed_sans: [other, 'spiffe://swarm/prometheus']")),
      startWith(webConfig(...lines, "  client_allowed_sans: [prometheus, example]")),
    ]);
    assert.equal(await ask(right, "/healthz", { client: scraper }), 200);
    await assert.rejects(ask(right, "/healthz", { client: successor }));
    await assert.rejects(ask(wrong, "/healthz", { client: scraper }));
  });

  it("is still shown by a session that is taken up again", async () => {
    const port = await startWith(
      webConfig(...TLS, "  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: ours.crt"),
    );
    const options = { host: "127.0.0.1", port, ca, ...pemOf(scraper) };
    const first = connect(options);
    const sessions = on(first, "session");
    first.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    const { value } = (await sessions.next()) as { readonly value: [Buffer] };
    first.destroy();
    const second = connect({ ...options, session: value[0] });
    await once(second, "secureConnect");
    assert.equal(second.isSessionReused(), true);
    second.write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert.match(await text(second), /^HTTP\/1\.1 200 OK/);
  });

  it("may change without a restart, in both directions", async () => {
    const strict = ["  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: ours.crt"];
    const file = webConfig(...TLS);
    const port = await startWith(file);
    const isOpen = (): Promise<boolean> =>
      ask(port, "/healthz").then(
        () => true,
        () => false,
      );
    assert.equal(await isOpen(), true);
    writeFileSync(file, [...TLS, ...strict].join("\n"));
    await waitFor("strangers to be refused", async () => !(await isOpen()) || undefined, {
      timeoutMs: TIMEOUT_MS,
    });
    assert.equal(await ask(port, "/healthz", { client: scraper }), 200);
    writeFileSync(file, TLS.join("\n"));
    await waitFor("strangers to be let in", async () => (await isOpen()) || undefined, {
      timeoutMs: TIMEOUT_MS,
    });
  });
});

describe("an agent with users", () => {
  it("lets them in with their password, over plain HTTP and to every path", async () => {
    const users = ["basic_auth_users:", `  ann: ${hashSync("s3cret", 4)}`, `  bob: ${hashSync("other", 10)}`];
    const port = await startWith(webConfig(...users));
    const status = async (path: string, user?: string): Promise<number> => {
      const headers = user === undefined ? {} : { authorization: `Basic ${btoa(user)}` };
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
      await response.text();
      return response.status;
    };
    for (const path of ["/", "/metrics", "/v1/recent", "/healthz", "/readyz", "/none"]) {
      assert.equal(await status(path), 401, path);
      assert.notEqual(await status(path, "ann:s3cret"), 401, path);
    }
    assert.equal(await status("/metrics", "bob:other"), 200);
    assert.equal(await status("/metrics", "bob:s3cret"), 401);
    assert.equal(await status("/metrics", "eve:s3cret"), 401);
  });

  it("asks for the password over TLS, too", async () => {
    const users = ["basic_auth_users:", `  ann: ${hashSync("s3cret", 4)}`];
    const port = await startWith(webConfig(...TLS, ...users));
    assert.equal(await ask(port, "/healthz"), 401);
    assert.equal(await ask(port, "/healthz", { user: "ann:s3cret" }), 200);
  });
});

describe("a web configuration that the agent takes", () => {
  it("is one that Prometheus' own tool takes", async () => {
    const file = webConfig(
      ...TLS,
      "  client_auth_type: RequireAndVerifyClientCert",
      "  client_ca_file: ours.crt",
      "  min_version: TLS12",
      "  max_version: TLS13",
      "  cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]",
      "  prefer_server_cipher_suites: true",
      "  curve_preferences: [X25519, CurveP256, CurveP384, CurveP521]",
      "http_server_config:",
      "  http2: true",
      "  headers: {X-Frame-Options: deny, X-Content-Type-Options: nosniff, X-XSS-Protection: '1'}",
      "basic_auth_users:",
      `  ann: ${hashSync("s3cret", 4)}`,
    );
    mustSucceed("promtool", "check", "web-config", file);
    assert.equal(await ask(await startWith(file), "/healthz", { client: scraper, user: "ann:s3cret" }), 200);
  });
});
