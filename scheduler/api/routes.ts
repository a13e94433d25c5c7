import type { Router } from "express";
import type { Events } from "../events/events.ts";
import type { Leaving } from "../leaving.ts";
import type { Journal } from "../journal/journal.ts";
import type { ApiMetrics } from "../api-metrics.ts";
import type { AccessRules } from "./access/access.ts";
import type { CallLimits } from "./access/limits.ts";
import { cancelOperationEndpoint } from "./acts/cancel.ts";
import { createServiceEndpoint, type CreateServiceParts } from "./acts/create-service.ts";
import { dailyEndpoints } from "./acts/daily/endpoints.ts";
import type { DailyParts } from "./acts/daily/parts.ts";
import { drainEndpoint, restoreEndpoint, type DrainParts } from "./acts/drain.ts";
import { moveEndpoint } from "./acts/move.ts";
import { pauseEndpoint, resetEndpoint, resumeEndpoint } from "./acts/pause.ts";
import { onceByKey, type OnceParts } from "./acts/once.ts";
import { applyEndpoint, cancelPlanEndpoint } from "./acts/plan.ts";
import { rebalanceEndpoint, type RebalanceParts } from "./acts/rebalance.ts";
import { reloadEndpoint, type Reloader } from "./acts/reload.ts";
import { uninstallEndpoint } from "./acts/uninstall.ts";
import { descriptionRoutes } from "./description/routes.ts";
import { extenderFilterEndpoint } from "./extender/filter.ts";
import { extenderPrioritizeEndpoint } from "./extender/prioritize.ts";
import { createAlertActor, type AlertActorParts } from "./hooks/actor.ts";
import { alertmanagerEndpoint } from "./hooks/alertmanager.ts";
import type { Endpoint } from "./http/endpoint.ts";
import { routerOf, type Served } from "./http/router.ts";
import { configEndpoint } from "./reads/config.ts";
import { decisionEndpoint, decisionsEndpoint } from "./reads/decisions.ts";
import { eventsEndpoint } from "./reads/events.ts";
import { explainEndpoint, type ExplainNow } from "./reads/explain.ts";
import { governorEndpoint, type Standing } from "./reads/governor.ts";
import { historyEndpoint, pricesEndpoint } from "./reads/history.ts";
import { movesEndpoint } from "./reads/moves.ts";
import { nodeEndpoint, nodesEndpoint } from "./reads/nodes.ts";
import { operationEndpoint, operationsEndpoint } from "./reads/operations.ts";
import { forecastEndpoint, ordersEndpoint } from "./reads/orders.ts";
import { placementEndpoint } from "./reads/placement.ts";
import { planEndpoint } from "./reads/plan.ts";
import { recentEndpoint, type RecentParts } from "./reads/recent.ts";
import { serviceEndpoint, servicesEndpoint } from "./reads/services.ts";
import { snapshotEndpoint } from "./reads/snapshot.ts";
import { stateEndpoint } from "./reads/state.ts";
import { tasksEndpoint } from "./reads/tasks.ts";

export interface ApiParts
  extends
    DrainParts,
    RebalanceParts,
    OnceParts,
    AlertActorParts,
    CreateServiceParts,
    DailyParts,
    RecentParts {
  readonly events: Pick<Events, "subscribe">;
  readonly reloader: Reloader;
  readonly leaving: Leaving;
  readonly access: AccessRules;
  /** Null, or not set, where callers are not to be limited. */
  readonly limits?: CallLimits | null;
  /** As it is in force, secrets included. */
  readonly config: object;
  readonly explainNow: ExplainNow;
  readonly journal: Pick<Journal, "entries" | "lines" | "moves" | "prices">;
  readonly standing: () => Promise<Standing>;
  readonly leads: () => boolean;
  readonly onAlerts: (names: readonly string[]) => void;
  readonly countHook: ApiMetrics["hooked"];
  readonly onServed: (served: Served) => void;
}

/** Every endpoint of the API. Reads change nothing; the hook only makes the loop look; orders are carried out by it. */
export function endpointsOf(parts: ApiParts): readonly Endpoint[] {
  const { observe, journal, leads, onAlerts, countHook } = parts;
  const actor = createAlertActor(parts, () => endpoints);
  const all = [
    stateEndpoint(parts),
    nodesEndpoint(observe),
    nodeEndpoint(observe),
    recentEndpoint(parts),
    servicesEndpoint(parts),
    serviceEndpoint(parts),
    tasksEndpoint(observe),
    planEndpoint(parts),
    explainEndpoint(observe, parts.explainNow),
    decisionsEndpoint(journal),
    decisionEndpoint(journal),
    movesEndpoint(journal, parts.now),
    snapshotEndpoint(observe),
    governorEndpoint(parts.standing),
    historyEndpoint(journal),
    eventsEndpoint(parts.events),
    pricesEndpoint(journal),
    configEndpoint(parts.config),
    ordersEndpoint(parts),
    pauseEndpoint(parts),
    resumeEndpoint(parts),
    resetEndpoint(parts),
    forecastEndpoint(parts),
    drainEndpoint(parts),
    restoreEndpoint(parts),
    rebalanceEndpoint(parts),
    moveEndpoint(parts),
    applyEndpoint(parts),
    cancelPlanEndpoint(parts),
    operationsEndpoint(parts),
    operationEndpoint(parts),
    cancelOperationEndpoint(parts),
    reloadEndpoint(parts),
    uninstallEndpoint(parts),
    ...dailyEndpoints(parts),
    placementEndpoint(parts),
    createServiceEndpoint(parts),
    extenderFilterEndpoint(parts),
    extenderPrioritizeEndpoint(parts),
    alertmanagerEndpoint({
      leads,
      onAlerts,
      take: (alerts) => {
        actor.take(alerts);
      },
      count: (outcome) => {
        countHook("alertmanager", outcome);
      },
    }),
  ];
  const endpoints = all.map((each) => onceByKey(each, parts));
  return endpoints;
}

/** The API, and what describes it. */
export function routesOf(parts: ApiParts): readonly Router[] {
  const endpoints = endpointsOf(parts);
  return [
    routerOf({ endpoints, access: parts.access, limits: parts.limits ?? null, onServed: parts.onServed }),
    descriptionRoutes(endpoints),
  ];
}
