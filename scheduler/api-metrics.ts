import { Counter, Histogram, type Registry } from "prom-client";
import { BALLAST } from "../common/metrics/names.ts";
import type { AlertOutcome } from "./api/hooks/actor.ts";

/** `standby`: sent back, since another scheduler acts. */
export type HookOutcome = "accepted" | "repeated" | "refused" | "standby";

/** What the API counts. */
export interface ApiMetrics {
  readonly hooked: (hook: string, outcome: HookOutcome) => void;
  /** A rule about alerts was met, by its name. */
  readonly alerted: (rule: string, outcome: AlertOutcome) => void;
  /** A request was answered, by the operation's id, with an HTTP status. */
  readonly served: (operation: string, status: number, seconds: number) => void;
}

// From what is at hand to what needs a decision on a large swarm.
const API_SECONDS = [0.005, 0.025, 0.1, 0.5, 2, 10];

export function createApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry];
  const hooks = new Counter({
    name: BALLAST.hooks,
    help: "Calls of hooks, by hook and by what became of them.",
    labelNames: ["hook", "outcome"],
    registers,
  });
  const alertActions = new Counter({
    name: BALLAST.alertActions,
    help: "Alerts that met a rule, by its name and by what became of it.",
    labelNames: ["rule", "outcome"],
    registers,
  });
  const duration = new Histogram({
    name: BALLAST.apiDuration,
    help: "From a request of the API to the end of its answer, by operation and HTTP status.",
    labelNames: ["operation", "code"],
    buckets: API_SECONDS,
    registers,
  });
  return {
    hooked: (hook, outcome) => {
      hooks.inc({ hook, outcome });
    },
    alerted: (rule, outcome) => {
      alertActions.inc({ rule, outcome });
    },
    served: (operation, status, seconds) => {
      duration.observe({ operation, code: String(status) }, seconds);
    },
  };
}
