import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readConfig } from "../../../agent/config.ts";
import { startAgent } from "../../../agent/create.ts";
import { fixtureRoot, SILENT } from "./fixture.ts";

describe("an agent whose Docker is dead", () => {
  it("is ready, goes on telling of host and cgroups, and says that it has no names", async () => {
    const root = fixtureRoot("v2");
    const config = readConfig({
      BALLAST_AGENT_WEB_LISTEN_ADDRESS: "127.0.0.1:0",
      BALLAST_AGENT_PATH_PROCFS: join(root, "proc"),
      BALLAST_AGENT_PATH_SYSFS: join(root, "sys"),
      BALLAST_AGENT_PATH_ROOTFS: root,
      BALLAST_AGENT_DOCKER_HOST: `unix://${root}/no.sock`,
    });
    const agent = await startAgent(config, SILENT);
    try {
      const address = `http://127.0.0.1:${agent.port}`;
      const scrapes = await Promise.all(Array.from({ length: 5 }, () => fetch(`${address}/metrics`)));
      assert.match(scrapes[0]?.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
      for (const scrape of scrapes) {
        const text = await scrape.text();
        assert.match(text, /^node_cpu_seconds_total\{cpu="0",mode="user"\} 2$/m);
        assert.match(
          text,
          /^container_cpu_usage_seconds_total\{cpu="total",id="\/system\.slice\/docker-aaaa\w+\.scope"\} 5\.25$/m,
        );
        assert.match(text, /^ballast_agent_docker_up 0$/m);
        assert.doesNotMatch(text, /^node_meta/m);
        // The fixture names mounts that this machine lacks: an error of theirs, not of the collector.
        assert.match(text, /^node_scrape_collector_success\{collector="filesystem"\} 1$/m);
      }
      const ready = await fetch(`${address}/readyz`);
      assert.deepEqual([ready.status, await ready.text()], [200, "ready\n"]);
    } finally {
      await agent.stop();
    }
  });
});
