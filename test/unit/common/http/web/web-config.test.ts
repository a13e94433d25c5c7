import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readWebConfig } from "../../../../../common/http/web/web-config.ts";
import { ConfigError } from "../../../../../common/config/fault.ts";

const HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

const folder = mkdtempSync(join(tmpdir(), "ballast-web-"));
const file = join(folder, "web.yml");
after(() => {
  rmSync(folder, { recursive: true });
});

function read(content: string): ReturnType<typeof readWebConfig> {
  writeFileSync(file, content);
  return readWebConfig(file);
}

/** Each as `PATH: PROBLEM`, all of which must be of the file. */
function faultsOf(content: string): readonly string[] {
  try {
    read(content);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults.map(({ place, problem }) => {
      assert.ok(place.startsWith(file), place);
      return `${place.slice(file.length + 2)}: ${problem}`;
    });
  }
}

function placesOf(content: string): readonly string[] {
  return faultsOf(content)
    .map((fault) => fault.replace(/: .*$/, ""))
    .sort();
}

describe("a web configuration", () => {
  it("asks for nothing when it is empty, or when what it has is", () => {
    const open = { tls: null, headers: {}, rateLimit: { interval: 0, burst: 0 }, users: new Map() };
    for (const content of [
      "",
      "{}",
      "tls_server_config:\nhttp_server_config:\nbasic_auth_users:\nrate_limit:\n",
      "tls_server_config: {cert_file: '', client_ca_file: ''}\nhttp_server_config: {headers: {}}\n",
    ]) {
      assert.deepEqual(read(content), open, content);
    }
  });

  it("has users, headers and a limit", () => {
    const config = read(
      [
        "basic_auth_users:",
        `  ann: ${HASH}`,
        `  123: ${HASH}`,
        "http_server_config:",
        "  http2: false",
        "  headers: {X-Frame-Options: sameorigin, Content-Security-Policy: default-src 'none', X-XSS-Protection: ''}",
        "rate_limit: {interval: 500ms, burst: 5}",
      ].join("\n"),
    );
    assert.deepEqual([...config.users.keys()].sort(), ["123", "ann"]);
    assert.deepEqual(config.headers, {
      "X-Frame-Options": "sameorigin",
      "Content-Security-Policy": "default-src 'none'",
    });
    assert.deepEqual(config.rateLimit, { interval: 0.5, burst: 5 });
  });

  it("never forgets a user for his name", () => {
    assert.deepEqual([...read(`basic_auth_users: {__proto__: ${HASH}}`).users.keys()], ["__proto__"]);
  });

  for (const interval of ["0", "0s"]) {
    it(`has no limit with an interval of ${interval}`, () => {
      assert.equal(read(`rate_limit: {interval: ${interval}, burst: 0}`).rateLimit.interval, 0);
    });
  }
});

describe("what is wrong with a web configuration", () => {
  it("is told all at once, of the file and of those it names", () => {
    assert.deepEqual(
      placesOf(
        [
          "tls_server_config:",
          "  cert_file: missing.crt",
          "  key: no key",
          "  client_auth_type: Sometimes",
          "  min_version: TLS9",
          "  cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_NONE]",
          "  curve_preferences: [X25519, Ed25519]",
          "  prefer_server_cipher_suites: perhaps",
          "  ca_file: x",
          "http_server_config:",
          "  http2: 2",
          "  headers: {X-Frame-Options: maybe, X-Other: x}",
          "rate_limit: {interval: soon, burst: -1}",
          "basic_auth_users: {ann: plain, bob: }",
          "basic_auth: {}",
        ].join("\n"),
      ),
      [
        "basic_auth",
        "basic_auth_users.ann",
        "basic_auth_users.bob",
        "http_server_config.headers.X-Frame-Options",
        "http_server_config.headers.X-Other",
        "http_server_config.http2",
        "rate_limit.burst",
        "rate_limit.interval",
        "tls_server_config.ca_file",
        "tls_server_config.cert_file",
        "tls_server_config.cipher_suites.1",
        "tls_server_config.client_auth_type",
        "tls_server_config.curve_preferences.1",
        "tls_server_config.key",
        "tls_server_config.min_version",
        "tls_server_config.prefer_server_cipher_suites",
      ],
    );
  });

  const CASES: readonly (readonly [content: string, fault: string])[] = [
    [
      "tls_server_config: {min_version: TLS13}",
      "tls_server_config.cert_file: is missing; name the server's certificate, or remove tls_server_config",
    ],
    [
      "tls_server_config: {client_allowed_sans: [a]}",
      "tls_server_config.client_allowed_sans: needs a client_auth_type that requires a certificate; write RequireAndVerifyClientCert there",
    ],
    [
      "tls_server_config: {client_ca: x}",
      "tls_server_config.client_auth_type: asks for no certificate that client_ca could verify; write RequireAndVerifyClientCert",
    ],
    [
      "tls_server_config: {min_version: TLS13, max_version: TLS12}",
      "tls_server_config.min_version: is above max_version; nobody could connect",
    ],
    [
      "tls_server_config: {cert: x, cert_file: y}",
      "tls_server_config.cert: is set beside cert_file; keep one of them",
    ],
    [
      "tls_server_config: {cert: x}",
      "tls_server_config.cert: is no certificate in PEM; write or name one that begins with -----BEGIN CERTIFICATE-----",
    ],
    [
      "tls_server_config: {key_file: nowhere}",
      `tls_server_config.key_file: cannot read ${join(folder, "nowhere")} (ENOENT); name a file that can be read`,
    ],
    ["rate_limit: {interval: 1s}", "rate_limit.burst: would let no request through; write 1 or more"],
  ];
  for (const [content, fault] of CASES) {
    it(`is of ${content}: ${fault}`, () => {
      assert.ok(faultsOf(content).includes(fault), faultsOf(content).join("\n"));
    });
  }

  it("is told for a section that is none, for users that are a list, and for a hash that is cut off", () => {
    for (const content of [
      "tls_server_config: x",
      "basic_auth_users: [a]",
      `basic_auth_users: {a: ${HASH.slice(0, 59)}}`,
    ])
      assert.equal(faultsOf(content).length, 1, content);
  });

  it("never shows a secret", () => {
    const told = faultsOf("tls_server_config: {key: S3CRET}\nbasic_auth_users: {ann: S3CRET}\n").join("\n");
    assert.match(told, /tls_server_config\.key/);
    assert.match(told, /basic_auth_users\.ann/);
    assert.doesNotMatch(told, /S3CRET/);
  });

  it("is told with line and column when it is no YAML, and with its name when it cannot be read", () => {
    assert.throws(() => read("a: [\n"), /web\.yml:\d+:\d+: no valid YAML/);
    assert.throws(() => readWebConfig("/nowhere/web.yml"), /\/nowhere\/web\.yml: cannot be read/);
  });
});
