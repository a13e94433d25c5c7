import { startHttpServer } from "../common/http/server.ts";
import type { Log } from "../common/log.ts";
import type { Running } from "../common/run.ts";
import { createCollectors } from "./collectors/list.ts";
import type { AgentConfig } from "./config.ts";
import { createMetricsPage } from "./metrics_page.ts";
import { createSampler } from "./sampler.ts";
import { selfFamilies } from "./self.ts";
import { SYSTEM_CLOCK } from "./sources/clock.ts";
import { openCgroups } from "./sources/cgroup/tree.ts";
import { createDockerApi } from "./sources/docker/client.ts";
import { createIdentity } from "./sources/docker/identity.ts";
import { PATIENCE } from "./sources/docker/patience.ts";
import { createFiles } from "./sources/files.ts";
import { createNode } from "./sources/node.ts";
import type { Sources } from "./sources/sources.ts";
import { readSystem } from "./sources/system.ts";
import { readVersion } from "./version.ts";

const STOP_GRACE_MS = 2_000;

/** An agent that serves, with the port it has. */
export interface RunningAgent extends Running {
  readonly port: number;
}

/** Wires an agent and starts it; fails when its address cannot be had. */
export async function startAgent(config: AgentConfig, log: Log): Promise<RunningAgent> {
  const stopping = new AbortController();
  const sources = createSources(config, log);
  const { identity, clock } = sources;
  const sampler = createSampler({
    collectors: createCollectors(),
    sources,
    log,
    interval: config.sample.interval,
    maxAge: config.sample.maxAge,
    collectorTimeout: config.sample.timeout,
  });
  const version = readVersion();
  const page = createMetricsPage(sampler, ({ takenAt }) =>
    selfFamilies(version, clock.monotonic() - takenAt, identity),
  );
  const server = await startHttpServer(config.listen, {
    registry: page,
    readiness: () =>
      sampler.latest() === null
        ? { ready: false, reason: "the first sample is not complete yet" }
        : { ready: true, reason: "ready" },
    routes: [],
    log,
  });
  // Names first, so that the first sample does not show containers that it would name a moment later.
  void identity.follow(stopping.signal).then(() => {
    sampler.start(stopping.signal);
  });
  return {
    port: server.port,
    async stop() {
      stopping.abort();
      await server.stop(STOP_GRACE_MS);
    },
  };
}

function createSources(config: AgentConfig, log: Log): Sources {
  const cgroups = openCgroups(config.paths.sysfs);
  if (cgroups === null)
    log.warn({ sysfs: config.paths.sysfs }, "no control groups here: containers are not shown");
  const { cgroup = null, cpuCores = null, memoryBytes = null } = config.node;
  return {
    procfs: createFiles(config.paths.procfs),
    rootfs: config.paths.rootfs,
    cgroups,
    node: createNode({ cgroup, cpuCores, memoryBytes }, cgroups),
    identity: createIdentity({
      docker: createDockerApi(config.docker.host),
      clock: SYSTEM_CLOCK,
      log,
      patience: PATIENCE,
    }),
    system: readSystem(),
    clock: SYSTEM_CLOCK,
  };
}
