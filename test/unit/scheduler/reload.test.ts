import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, it } from "node:test";
import { REPOSITORY } from "../../support/repository.ts";

const TOKEN = "a-secret-of-some-length";
const PATIENCE_MS = 20_000;

/** A real scheduler as a process; it finds no Docker and no Prometheus, and stands by. */
interface Program {
  readonly child: ChildProcess;
  /** Writes the configuration's file. */
  write(yaml: string): void;
  /** Waits for a line of the log that says this. */
  logged(message: string): Promise<Readonly<Record<string, unknown>>>;
  url(): string;
}

async function started(yaml: string): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "ballast-reload-"));
  const file = join(folder, "ballast.yml");
  writeFileSync(file, yaml);
  const child = spawn(process.execPath, ["scheduler/main.ts"], {
    cwd: REPOSITORY,
    env: {
      BALLAST_CONFIG: file,
      BALLAST_LISTEN: "127.0.0.1:0",
      BALLAST_API_TOKEN: TOKEN,
      BALLAST_DOCKER_HOST: "tcp://127.0.0.1:1",
      BALLAST_PROMETHEUS_URL: "http://127.0.0.1:1",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  after(async () => {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
    rmSync(folder, { recursive: true });
  });
  const lines: Readonly<Record<string, unknown>>[] = [];
  let port = 0;
  let onLine: () => void = () => undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line) as Readonly<Record<string, unknown>>;
    lines.push(said);
    if (said["msg"] === "listening") port = Number(said["port"]);
    onLine();
  });
  const program: Program = {
    child,
    write: (text) => {
      writeFileSync(file, text);
    },
    logged: (message) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`it never said ${message}`));
        }, PATIENCE_MS);
        onLine = () => {
          const at = lines.findIndex(({ msg }) => msg === message);
          const [line] = at < 0 ? [] : lines.splice(0, at + 1).slice(-1);
          if (line === undefined) return;
          clearTimeout(timer);
          resolve(line);
        };
        onLine();
      }),
    url: () => `http://127.0.0.1:${port}`,
  };
  await program.logged("listening");
  return program;
}

async function modeOf(program: Program): Promise<unknown> {
  const response = await fetch(`${program.url()}/v1/config`);
  return ((await response.json()) as { readonly mode: unknown }).mode;
}

function reload(program: Program, dryRun: boolean): Promise<Response> {
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
  return fetch(`${program.url()}/v1/reload?dryRun=${dryRun}`, { method: "POST", headers, body: "{}" });
}

async function isSuccessful(program: Program): Promise<boolean> {
  const text = await (await fetch(`${program.url()}/metrics`)).text();
  return /^ballast_config_last_reload_successful 1$/m.test(text);
}

describe("a configuration that changes while the scheduler runs", () => {
  it("is gone by on SIGHUP, when the file changes, and on request, and never while it is bad", async () => {
    const program = await started("mode: observe\n");
    assert.equal(await modeOf(program), "observe");

    program.write("mode: loud\n");
    program.child.kill("SIGHUP");
    await program.logged("the changed configuration is bad; the one in force stays");
    assert.deepEqual([await modeOf(program), await isSuccessful(program)], ["observe", false]);
    const refused = await reload(program, false);
    assert.equal(refused.status, 409);
    assert.match(
      ((await refused.json()) as { readonly detail: string }).detail,
      /ballast\.yml: mode: "loud"/,
    );

    program.write("mode: advise\nmoves: { perRound: 5 }\n");
    program.child.kill("SIGHUP");
    const { changed } = await program.logged("going on by a changed configuration");
    assert.deepEqual(changed, ["mode", "moves.perRound"]);
    await program.logged("listening");
    assert.deepEqual([await modeOf(program), await isSuccessful(program)], ["advise", true]);

    program.write("mode: observe\n");
    const told = await reload(program, true);
    assert.deepEqual(
      [told.status, await told.json()],
      [200, { dryRun: true, changed: ["mode", "moves.perRound"] }],
    );
    assert.equal(await modeOf(program), "advise", "it was a dry run");
    assert.equal((await reload(program, false)).status, 202);
    await program.logged("listening");
    assert.equal(await modeOf(program), "observe");

    program.write("mode: advise\n");
    await program.logged("going on by a changed configuration");
    await program.logged("listening");
    program.child.kill("SIGTERM");
    const [code] = (await once(program.child, "exit")) as [number | null];
    assert.equal(code, 0);
  });
});
