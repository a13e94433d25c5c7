import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as z from "zod";
import { defaultOf } from "../../support/interpolation.ts";
import { REPOSITORY, readText, readYaml } from "../../support/repository.ts";

const serviceSchema = z.object({
  image: z.string(),
  configs: z.array(z.object({ source: z.string() })).default([]),
  ports: z.array(z.object({ mode: z.string() })).default([]),
  deploy: z.object({ endpoint_mode: z.string(), labels: z.record(z.string(), z.string()) }),
});
const stackSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  configs: z.record(z.string(), z.object({ name: z.string(), file: z.string() })),
});

const stack = stackSchema.parse(readYaml("docker-stack.yml"));
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readText("package.json")));

describe("docker-stack.yml", () => {
  for (const [name, { file }] of Object.entries(stack.configs)) {
    it(`finds the file of the config ${name}`, () => {
      assert.ok(existsSync(join(REPOSITORY, defaultOf(file))), `there is no ${defaultOf(file)}`);
    });
  }

  it("names every config by a version, because a config never changes", () => {
    const unversioned = Object.values(stack.configs).filter(
      ({ name }) => !name.includes("${BALLAST_CONFIG_VERSION:-"),
    );
    assert.deepEqual(unversioned, []);
  });

  it("declares the configs that services use, and no other", () => {
    const used = Object.values(stack.services).flatMap(({ configs }) => configs.map(({ source }) => source));
    assert.deepEqual(new Set(used), new Set(Object.keys(stack.configs)));
  });

  for (const [name, service] of Object.entries(stack.services)) {
    it(`runs ${name} without IPVS and the ingress network, and out of Ballast's reach`, () => {
      assert.equal(service.deploy.endpoint_mode, "dnsrr");
      assert.ok(service.ports.every(({ mode }) => mode === "host"));
      assert.equal(service.deploy.labels["ballast.move"], "never");
    });
  }

  it("starts the version of this repository, which the image calls itself", () => {
    assert.equal(defaultOf(stack.services["agent"]?.image ?? ""), `ballast/ballast:${version}`);
    assert.equal(defaultOf(stack.services["scheduler"]?.image ?? ""), `ballast/ballast:${version}`);
    assert.ok(readText("Dockerfile").includes(`image.version="${version}"`));
  });
});
