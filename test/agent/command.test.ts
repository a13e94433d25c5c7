import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { makeCertificateFolder } from "../support/certificates.ts";
import { REPOSITORY } from "../support/repository.ts";

const TIMEOUT_MS = 30_000;
const certificates = makeCertificateFolder();
after(() => {
  rmSync(certificates.path, { recursive: true });
});

/** A web configuration beside the certificates. */
function webConfig(...lines: readonly string[]): string {
  const file = join(certificates.path, "web.yml");
  writeFileSync(file, lines.join("\n"));
  return file;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: readonly string[];
}

/** Runs an agent that is to end by itself. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Ended {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(REPOSITORY, "agent/main.ts"), ...args],
    { env: { PATH: process.env["PATH"], ...env }, encoding: "utf8", timeout: TIMEOUT_MS },
  );
  return { code: status, stdout, stderr: stderr.trimEnd().split("\n") };
}

describe("an agent's command line", () => {
  it("tells every fault of flags, environment and web configuration at once, and ends with code 2", () => {
    writeFileSync(join(certificates.path, "junk.crt"), "no certificate");
    const file = webConfig(
      "tls_server_config:",
      "  cert_file: junk.crt",
      "  key_file: nowhere.key",
      "  min_version: TLS1",
      "basic_auth_users: {ann: S3CRET}",
      "extra: 1",
    );
    const { code, stdout, stderr } = run(
      [
        `--web.config.file=${file}`,
        ...["--bogus", "stray", "--no-log.level", "--log.level=loud", "--path.procfs"],
        ...["--collector.cpu", "--collector.cpu", "--collector.netdev.device-exclude=["],
      ],
      { BALLAST_AGENT_DOCKER_HOST: "nowhere", BALLAST_AGENT_BOGUS: "1" },
    );
    assert.deepEqual([code, stdout], [2, ""]);
    const [headline, ...faults] = stderr;
    assert.equal(headline, "ballast: bad configuration, 14 faults:");
    const places = faults.map((line) =>
      line
        .replace(file, "FILE")
        .replace(/: (?!\w+\.|extra).*$/, "")
        .trim(),
    );
    assert.deepEqual(
      places.sort(),
      [
        "--bogus",
        "--collector.cpu",
        "--collector.netdev.device-exclude",
        "--log.level",
        "--no-log.level",
        "--path.procfs",
        "BALLAST_AGENT_BOGUS",
        "BALLAST_AGENT_DOCKER_HOST",
        "FILE: basic_auth_users.ann",
        "FILE: extra",
        "FILE: tls_server_config.cert_file",
        "FILE: tls_server_config.key_file",
        "FILE: tls_server_config.min_version",
        "stray",
      ].sort(),
    );
    assert.doesNotMatch(stderr.join("\n"), /S3CRET/);
  });

  it("refuses a key of another certificate", () => {
    const authority = certificates.authority("authority");
    for (const name of ["server", "successor"]) certificates.issue(authority, name, "DNS:localhost");
    const file = webConfig("tls_server_config:", "  cert_file: server.crt", "  key_file: successor.key");
    const { code, stderr } = run([], { BALLAST_AGENT_WEB_CONFIG_FILE: file });
    assert.equal(code, 2);
    assert.equal(
      stderr[1],
      `  ${file}: tls_server_config.key_file: is not the key of this certificate; name the two that belong together`,
    );
  });

  it("tells of a web configuration that is not there", () => {
    const { code, stderr } = run(["--web.config.file", "/nowhere/web.yml"]);
    assert.equal(code, 2);
    assert.match(stderr[1] ?? "", /^ {2}\/nowhere\/web\.yml: cannot be read/);
  });

  it("answers --help and --version and ends well, whatever else stands there", () => {
    const help = run(["--bogus", "--help"]);
    assert.deepEqual([help.code, help.stderr], [0, [""]]);
    assert.match(help.stdout, /^Usage: agent/);
    const version = run(["--version"]);
    assert.deepEqual([version.code, version.stderr], [0, [""]]);
    assert.match(version.stdout, /^ballast agent, version \d+\.\d+\.\d+\n {2}node version: +v\d+/);
  });
});
