import type { Log } from "../common/log.ts";
import type { Running } from "../common/run.ts";
import { createLabelsOf } from "./collectors/container_labels.ts";
import { createCollectors, filtersOf } from "./collectors/list.ts";
import type { AgentConfig } from "./config.ts";
import { createMetricsPage, type MetricsPage } from "./exposition/page.ts";
import { createMetricsRoute } from "./exposition/route.ts";
import { recentFamilies } from "./recent/families.ts";
import { createRecentPage } from "./recent/page.ts";
import { createPulse, type Pulse } from "./recent/pulse.ts";
import { createRecentRoute } from "./recent/route.ts";
import { createWindows } from "./recent/windows.ts";
import { createSampler, type Sampler } from "./sampler.ts";
import { selfFamilies } from "./self.ts";
import { createServices, type Services } from "./services/services.ts";
import { createSources } from "./sources/create.ts";
import type { Sources } from "./sources/sources.ts";
import { readVersion } from "./version.ts";
import { openSecurity } from "../common/http/web/security.ts";
import { startWebServer } from "./web/server.ts";

const STOP_GRACE_MS = 2_000;

/** An agent that serves, with the port it has. */
export interface RunningAgent extends Running {
  readonly port: number;
}

/** Wires an agent and starts it; fails when its address cannot be had or its web configuration is bad. */
export async function startAgent(config: AgentConfig, log: Log): Promise<RunningAgent> {
  const stopping = new AbortController();
  const services = createServices();
  const sources = createSources(config, services, log);
  const pulse = createPulse({ sources, disks: filtersOf(config).disks, log });
  const sampler = createSampler({
    collectors: createCollectors(config),
    sources,
    log,
    maxAge: config.sample.maxAge,
    collectorTimeout: config.collector.timeout,
  });
  const server = await startWebServer({
    listen: config.web.listenAddress,
    security: await openSecurity(config.web.config.file, log),
    readiness: () => readinessOf(sampler),
    routes: [
      createMetricsRoute(pageOf({ config, sources, sampler, pulse, services })),
      createRecentRoute(createRecentPage(pulse, sources), pulse),
    ],
    log,
  });
  sources.identity.onChange(() => {
    pulse.expectChange();
  });
  pulse.start(stopping.signal);
  // Names first, so that the first sample does not show containers that it would name a moment later.
  void sources.identity.follow(stopping.signal).then(() => sampler.recent());
  return {
    port: server.port,
    async stop() {
      stopping.abort();
      await server.stop(STOP_GRACE_MS);
    },
  };
}

interface PageOptions {
  readonly config: AgentConfig;
  readonly sources: Sources;
  readonly sampler: Sampler;
  readonly pulse: Pulse;
  readonly services: Services;
}

function pageOf({ config, sources, sampler, pulse, services }: PageOptions): MetricsPage {
  const { clock, identity } = sources;
  const version = readVersion();
  const windows = createWindows();
  const labelsOf = createLabelsOf(config.collector["container.labels"]);
  const isShown = filtersOf(config).containers;
  return createMetricsPage({
    sampler,
    momentary({ takenAt }, scraper) {
      const now = clock.monotonic();
      const since = windows.startOf(scraper, now);
      return [
        ...recentFamilies({ pulse, identity, labelsOf, isShown }, since),
        ...selfFamilies({ version, sampleAge: now - takenAt, window: now - since, pulse, identity }),
      ];
    },
    counted: () => services.text(),
  });
}

function readinessOf(sampler: Sampler): { readonly ready: boolean; readonly reason: string } {
  return sampler.latest() === null
    ? { ready: false, reason: "the first sample is not complete yet" }
    : { ready: true, reason: "ready" };
}
