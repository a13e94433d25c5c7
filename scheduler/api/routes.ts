import type { Router } from "express";
import type { Decision } from "../domain/decision.ts";
import type { Journal } from "../journal/journal.ts";
import type { SchedulerMetrics } from "../metrics.ts";
import type { Observe } from "../observe/observer.ts";
import { alertmanagerHookRoute } from "./alertmanager-hook.ts";
import { decisionsRoute } from "./decisions.ts";
import { explainRoute, type ExplainNow } from "./explain.ts";
import { governorRoute, type Standing } from "./governor.ts";
import { historyRoute, pricesRoute } from "./history.ts";
import { ordersRoutes, type OrderRouteParts } from "./orders.ts";
import { planRoute } from "./plan.ts";
import { snapshotRoute } from "./snapshot.ts";

export interface ApiParts {
  readonly orders: Omit<OrderRouteParts, "observe">;
  readonly observe: Observe;
  readonly decideNow: () => Promise<Decision>;
  readonly explainNow: ExplainNow;
  readonly journal: Pick<Journal, "entries" | "lines" | "prices">;
  readonly standing: () => Promise<Standing>;
  readonly hookToken: string | null;
  readonly leads: () => boolean;
  readonly onAlerts: (names: readonly string[]) => void;
  readonly countHook: SchedulerMetrics["hooked"];
}

/** Every route of the API. Reads change nothing; the hook only makes the loop look; orders are carried out by it. */
export function routesOf(parts: ApiParts): readonly Router[] {
  return [
    snapshotRoute(parts.observe),
    planRoute(parts.decideNow),
    explainRoute(parts.observe, parts.explainNow),
    decisionsRoute(parts.journal),
    historyRoute(parts.journal),
    pricesRoute(parts.journal),
    governorRoute(parts.standing),
    ordersRoutes({ observe: parts.observe, ...parts.orders }),
    alertmanagerHookRoute({
      token: parts.hookToken,
      leads: parts.leads,
      onAlerts: parts.onAlerts,
      count: (outcome) => {
        parts.countHook("alertmanager", outcome);
      },
    }),
  ];
}
