import { NOTHING, type Resources } from "../domain/resources.ts";
import type { Service } from "../domain/service.ts";
import { SPREAD_LABEL } from "./wishes.ts";

/** What is to be started, and what one replica of it will use. */
export interface Wanted {
  readonly service: Service;
  /** How many are to be started. */
  readonly replicas: number;
  /** What one of them is expected to use, at all times. */
  readonly expected: Resources;
  /** Why that is not known, in words; empty when it is. What may use anything may stand nowhere. */
  readonly unknown: readonly string[];
}

/** No id of Swarm's has such characters: no service of the swarm is taken for it. */
const WANTED_ID = "(wanted)";

/** A service that does not exist yet, as its owner would write it; what is not said is as Swarm has it by default. */
export function newService(over: Partial<Omit<Service, "id">>): Service {
  return {
    name: "",
    mode: "replicated",
    replicas: 1,
    labels: {},
    image: "",
    constraints: [],
    spreadOver: [],
    platforms: [],
    maxReplicasPerNode: 0,
    reservations: NOTHING,
    genericReservations: false,
    mounts: [],
    hostPorts: [],
    updateState: null,
    updatedAtMs: 0,
    steer: null,
    ...over,
    id: WANTED_ID,
  };
}

/** With Swarm's own wish to spread as one of ours, where there is none of ours: Swarm will follow it when it starts them. */
export function withSpread(service: Service): Service {
  const [first] = service.spreadOver;
  return first === undefined ? service : { ...service, labels: { [SPREAD_LABEL]: first, ...service.labels } };
}
