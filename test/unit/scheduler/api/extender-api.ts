import { after } from "node:test";
import { startHttpServer } from "../../../../common/http/server.ts";
import { extenderFilterEndpoint } from "../../../../scheduler/api/extender/filter.ts";
import { extenderPrioritizeEndpoint } from "../../../../scheduler/api/extender/prioritize.ts";
import { routerOf } from "../../../../scheduler/api/http/router.ts";
import { placementEndpoint, type PlacementParts } from "../../../../scheduler/api/reads/placement.ts";
import type { Policy } from "../../../../scheduler/domain/policy.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { createMetrics } from "../../../../scheduler/metrics.ts";
import { SAME_THREAD } from "../../../support/same-thread-thinker.ts";
import { SILENT } from "../../../support/silent-log.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { ACCESS, TOKEN } from "./server.ts";

/** All goals, as Ballast has them by default. */
export const ALL_GOALS: Policy = aPolicy({
  goals: ["overload", "together", "apart", "spread", "even", "preferred"],
});

/** Of three workers the first is busy, the second less so and the third idle; the first two have SSDs. */
export const THREE: Snapshot = aSwarm(
  [
    aNode("n1", { hostname: "worker-1", labels: { disk: "ssd" } }),
    aNode("n2", { hostname: "worker-2", labels: { disk: "ssd" } }),
    aNode("n3", { hostname: "worker-3" }),
  ],
  stands("a", [{ on: "n1", cpu: 2, gib: 4 }]),
  stands("b", [{ on: "n2", cpu: 0.5, gib: 1 }]),
);

/** Sends JSON, or text as it is, with the token unless told otherwise. */
export type Post = (path: string, body: unknown, token?: string) => Promise<Response>;

/** Serves the endpoints that judge what does not exist yet, over a snapshot. */
export async function startPlacementApi(
  snapshot: Snapshot = THREE,
  policy: Policy = ALL_GOALS,
): Promise<Post> {
  const parts: PlacementParts = {
    observeLately: () => Promise.resolve({ snapshot, leads: false }),
    place: (seen, wanted, among) => SAME_THREAD.place(seen, policy, NOW, wanted, among),
  };
  const endpoints = [
    placementEndpoint(parts),
    extenderFilterEndpoint(parts),
    extenderPrioritizeEndpoint(parts),
  ];
  const server = await startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      registry: createMetrics("advise").registry,
      readiness: () => ({ ready: true, reason: "ok" }),
      log: SILENT,
      routes: [routerOf({ endpoints, access: ACCESS, onServed: () => undefined })],
    },
  );
  after(() => server.stop(0));
  return (path, body, token = TOKEN) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
}
