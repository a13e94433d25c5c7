import type { Log } from "../../../common/log.ts";
import type { SchedulerMetrics } from "../../metrics.ts";
import { isAct } from "../http/endpoint.ts";
import type { Served } from "../http/router.ts";

/**
 * Counts every request, and logs who did what: each act, and each call that was refused for want of the right
 * token. Of calls too many only the number is kept: they must not fill the log.
 */
export function auditOf(
  metrics: Pick<SchedulerMetrics, "served">,
  log: Pick<Log, "info">,
): (served: Served) => void {
  return (served) => {
    const { endpoint, caller, requestId, path, status, seconds, reason, isEarnest } = served;
    metrics.served(endpoint.id, status, seconds);
    if (status === 429) return;
    if (endpoint.method === "get" && status !== 401 && status !== 403) return;
    const who = caller === null ? { caller: null } : { caller: caller.name, role: caller.role };
    const how = isAct(endpoint) ? { dryRun: !isEarnest, reason } : {};
    log.info({ audit: endpoint.id, ...who, requestId, path, status, ...how }, "asked of the API");
  };
}
