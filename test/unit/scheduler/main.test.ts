import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { REPOSITORY } from "../../support/repository.ts";

const folder = mkdtempSync(join(tmpdir(), "ballast-main-"));
after(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: readonly string[];
}

/** Runs a program as a user would, with nothing in its environment but this, until it ends. */
async function run(program: "agent" | "scheduler", env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(process.execPath, [`${program}/main.ts`], {
    cwd: REPOSITORY,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: child.exitCode, stdout, stderr: stderr.trimEnd().split("\n") };
}

describe("a program whose configuration is bad", { concurrency: true }, () => {
  it("names the line and column of bad YAML", async () => {
    const file = fileWith("broken.yml", "mode: act\nmarks:\n  cpu: {high: 80%\nlisten: :9881\n");
    const { code, stdout, stderr } = await run("scheduler", { BALLAST_CONFIG: file });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(stderr.length, 2, stderr.join("\n"));
    assert.equal(stderr[0], "ballast: bad configuration, 1 fault:");
    assert.match(stderr[1] ?? "", /^ {2}\S+broken\.yml:4:\d+: no valid YAML \(.+\); mend that line$/);
  });

  it("names every fault of file and environment at once, each with its place and its mend", async () => {
    const file = fileWith("faults.yml", "mode: loud\nmarks:\n  disk: {high: 1}\nmoves: {deadline: 5}\n");
    const { code, stdout, stderr } = await run("scheduler", {
      BALLAST_CONFIG: file,
      BALLAST_SCHEDULE: "sometimes",
      BALLAST_MOVES_PER_ROUNDS: "3",
      BALLAST_PROMETHEUS_URL: "prometheus",
      BALLAST_DOCKER_HOST: "http://x",
      BALLAST_HOOKS_TOKEN_FILE: "/nonexistent",
    });
    assert.deepEqual([code, stdout], [2, ""]);
    const [headline, ...faults] = stderr;
    assert.equal(headline, "ballast: bad configuration, 8 faults:");
    assert.deepEqual(faults.map((line) => line.replaceAll(folder, "FOLDER").trim()).sort(), [
      'BALLAST_DOCKER_HOST: "http://x" is no Docker address; write unix:///var/run/docker.sock or tcp://HOST:PORT',
      "BALLAST_HOOKS_TOKEN_FILE: cannot read /nonexistent (ENOENT); name a file that can be read",
      "BALLAST_MOVES_PER_ROUNDS: no such setting; did you mean BALLAST_MOVES_PER_ROUND?",
      'BALLAST_PROMETHEUS_URL: "prometheus" is no address; write one such as http://prometheus:9090',
      'BALLAST_SCHEDULE: "sometimes" is no schedule; write a period such as 1m, 24d at the most, or a cron expression such as */5 * * * *',
      "FOLDER/faults.yml: marks.disk: no such setting; remove it or mend its name",
      'FOLDER/faults.yml: mode: "loud" is unknown; write one of observe, advise, act',
      "FOLDER/faults.yml: moves.deadline: 5 is no duration; write a number and a unit, such as 30s, 10m or 1h",
    ]);
  });

  it("is the agent as well as the scheduler, each with its own variables", async () => {
    const { code, stdout, stderr } = await run("agent", {
      BALLAST_SCHEDULE: "not the agent's to judge",
      BALLAST_AGENT_WEB_LISTEN_ADDRESS: "nowhere",
      BALLAST_AGENT_CORES: "1",
    });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.deepEqual(stderr.toSorted(), [
      "  BALLAST_AGENT_CORES: no such setting; did you mean BALLAST_AGENT_NODE_CPU_CORES?",
      '  BALLAST_AGENT_WEB_LISTEN_ADDRESS: "nowhere" is no listening address; write HOST:PORT or :PORT, such as :9880',
      "ballast: bad configuration, 2 faults:",
    ]);
  });
});
