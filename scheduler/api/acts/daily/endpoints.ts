import type { Endpoint } from "../../http/endpoint.ts";
import { availabilityEndpoint, labelsEndpoint, roleEndpoint } from "./nodes.ts";
import type { DailyParts } from "./parts.ts";
import { imageEndpoint, restartEndpoint, rollbackEndpoint, scaleEndpoint } from "./services.ts";
import { tokensEndpoint } from "./tokens.ts";

/** The daily work on a swarm; each of them passes the one check in `govern/permit`. */
export function dailyEndpoints(parts: DailyParts): readonly Endpoint[] {
  return [
    scaleEndpoint(parts),
    restartEndpoint(parts),
    imageEndpoint(parts),
    rollbackEndpoint(parts),
    labelsEndpoint(parts),
    availabilityEndpoint(parts),
    roleEndpoint(parts),
    tokensEndpoint(parts),
  ];
}
