import type { Problem } from "../../common/http/problem.ts";
import { SWARM } from "../sources/docker/labels.ts";
import type { RecentContainer } from "./view.ts";

/** Which containers an asker wants to see; null is any. */
export interface RecentQuery {
  readonly service: string | null;
  /** A name, an id or its beginning. */
  readonly container: string | null;
  readonly containers: "all" | "none";
}

const SHORTEST_ID = 4;
const PARAMETERS = ["service", "container", "containers"];

/** Reads the query, or says what is wrong with it. */
export function readQuery(parameters: URLSearchParams): RecentQuery | Problem {
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name))
      return bad(`${name}: no such parameter; there are ${PARAMETERS.join(", ")}`);
    if (parameters.getAll(name).length > 1) return bad(`${name}: is given twice; keep one`);
    if (parameters.get(name) === "") return bad(`${name}: is empty; write a value or leave it out`);
  }
  const containers = parameters.get("containers") ?? "all";
  if (containers !== "all" && containers !== "none")
    return bad(`containers: ${JSON.stringify(containers)} is unknown; write all or none`);
  return { service: parameters.get("service"), container: parameters.get("container"), containers };
}

/** Whether this query asks for this container. */
export function isWanted(query: RecentQuery, { id, identity }: Omit<RecentContainer, "readings">): boolean {
  const { service, container, containers } = query;
  if (containers === "none") return false;
  if (service !== null && identity?.labels[SWARM.serviceName] !== service) return false;
  if (container === null) return true;
  return identity?.name === container || (container.length >= SHORTEST_ID && id.startsWith(container));
}

function bad(detail: string): Problem {
  return { status: 400, title: "Bad query", detail };
}
