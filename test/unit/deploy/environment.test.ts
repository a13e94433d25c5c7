import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import * as z from "zod";
import { readConfig } from "../../../agent/config.ts";
import { readSchedulerConfig } from "../../../scheduler/config.ts";
import { defaultOf } from "../../support/interpolation.ts";
import { REPOSITORY, readYaml } from "../../support/repository.ts";

const environmentSchema = z.object({ environment: z.record(z.string(), z.string()) });
const stackSchema = z.object({
  services: z.object({ agent: environmentSchema, scheduler: environmentSchema }),
});
const { agent, scheduler } = stackSchema.parse(readYaml("docker-stack.yml")).services;

describe("what docker-stack.yml tells the programs", () => {
  it("is an environment that the agent accepts", () => {
    const { path } = readConfig(untouched(agent.environment));
    assert.deepEqual(path, {
      procfs: "/rootfs/proc",
      sysfs: "/rootfs/sys",
      rootfs: "/rootfs",
      udev: { data: "/rootfs/run/udev/data" },
    });
  });

  it("is an environment that the scheduler accepts, with the secret read", (test) => {
    const config = readSchedulerConfig(onThisMachine(untouched(scheduler.environment), test));
    assert.equal(config.mode, "advise");
    assert.equal(config.hooks.token, "secret");
  });

  it("leaves the scheduler's defaults as deploy/ballast.yml writes them down", () => {
    const file = join(REPOSITORY, "deploy/ballast.yml");
    assert.deepEqual(readSchedulerConfig({ BALLAST_CONFIG: file }), readSchedulerConfig({}));
  });

  it("lets the demo bring a file of its own", () => {
    const config = readSchedulerConfig({ BALLAST_CONFIG: join(REPOSITORY, "demo/ballast.yml") });
    assert.equal(config.load.window, 20);
  });
});

/** The environment as it is when the user sets no variable. */
function untouched(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, defaultOf(value)]));
}

/** The same environment, its paths in the container replaced by files that are here. */
function onThisMachine(environment: NodeJS.ProcessEnv, test: TestContext): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), "ballast-stack-"));
  test.after(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, "token"), "secret\n");
  const here: Readonly<Record<string, string>> = {
    "/etc/ballast/ballast.yml": join(REPOSITORY, "deploy/ballast.yml"),
    "/run/secrets/ballast_api_token": join(folder, "token"),
    "/run/secrets/ballast_hook_token": join(folder, "token"),
  };
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, here[value ?? ""] ?? value]),
  );
}
