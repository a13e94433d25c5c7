import Counter from "prom-client/lib/counter.js";
import Registry from "prom-client/lib/registry.js";
import { AGENT, SERVICE } from "../../common/metrics/names.ts";
import { createBounds } from "./bounds.ts";
import type { Tally } from "./lives.ts";

/** What is counted in this process for as long as it runs. */
export interface Counters {
  readonly count: (tally: Tally) => void;
  /** The event stream broke after it had stood. */
  countGap(): void;
  /** What was missed was learnt by a list. */
  countResync(): void;
  /** In Prometheus' text format. */
  readonly text: () => Promise<string>;
}

/** prom-client by its parts: the whole of it would cost the agent 6 MB (decision record 4). */
export function createCounters(): Counters {
  const registry = new Registry();
  const counterOf = <Label extends string>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Counter<Label> => new Counter({ name, help, labelNames, registers: [registry] });
  const oomKills = counterOf(SERVICE.oomKills, "Out-of-memory kills in a service's containers.", "service");
  const exits = counterOf(SERVICE.exits, "Ends of a service's containers, by exit code.", "service", "code");
  const restarts = counterOf(
    SERVICE.restarts,
    "Starts of a service's containers in place of ones that ended without having been asked to.",
    "service",
  );
  const failures = counterOf(
    SERVICE.healthFailures,
    "Containers of a service that turned unhealthy.",
    "service",
  );
  const gaps = counterOf(AGENT.eventGaps, "Breaks of Docker's event stream.");
  const resyncs = counterOf(AGENT.resyncs, "Times that what events did not tell was learnt by a list.");
  const bounds = createBounds();

  return {
    count(tally) {
      const service = bounds.service(tally.service);
      switch (tally.kind) {
        case "seen":
          // From zero, so that the first event already is an increase.
          for (const counter of [oomKills, restarts, failures]) counter.inc({ service }, 0);
          exits.inc({ service, code: "0" }, 0);
          break;
        case "exit":
          exits.inc({ service, code: bounds.code(service, tally.code) });
          break;
        case "oomKill":
          oomKills.inc({ service });
          break;
        case "restart":
          restarts.inc({ service });
          break;
        case "healthFailure":
          failures.inc({ service });
          break;
      }
    },
    countGap() {
      gaps.inc();
    },
    countResync() {
      resyncs.inc();
    },
    text: () => registry.metrics(),
  };
}
