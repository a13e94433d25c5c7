import * as z from "zod";
import { pauseOf } from "../../domain/order.ts";
import type { Service } from "../../domain/service.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { isRunning } from "../../domain/task.ts";
import type { Observe } from "../../observe/observer.ts";
import { foundIn, knownSwarm } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { SERVICE_PATH } from "../schemas/parameters.ts";
import { SERVICE, TASK } from "../schemas/swarm.ts";
import { shownTasks } from "./tasks.ts";

const UNREADABLE = { 503: problem("the swarm cannot be read") };

interface ServiceReadParts {
  readonly observe: Observe;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The services, by name. */
export function servicesEndpoint({ observe, now }: ServiceReadParts): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/services",
    id: "listServices",
    summary: "The services, with what is being moved and what is paused",
    role: "viewer",
    answers: answers({
      200: document("the services", z.strictObject({ services: z.array(SERVICE) })),
      ...UNREADABLE,
    }),
    async handle() {
      const snapshot = await knownSwarm(observe);
      const services = snapshot.services.map(shownServices(snapshot, now()));
      return json({ services: services.toSorted((a, b) => a.name.localeCompare(b.name, "en")) });
    },
  });
}

/** One service, with its tasks. */
export function serviceEndpoint({ observe, now }: ServiceReadParts): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/services/{service}",
    id: "getService",
    summary: "A service, with its tasks",
    role: "viewer",
    params: SERVICE_PATH,
    answers: answers({
      200: document("the service", SERVICE.extend({ tasks: z.array(TASK) })),
      404: problem("there is no such service"),
      409: problem("several are called so"),
      ...UNREADABLE,
    }),
    async handle({ params }) {
      const snapshot = await knownSwarm(observe);
      const service = foundIn(snapshot.services, "service", params.service);
      const tasks = snapshot.tasks.filter(({ serviceId }) => serviceId === service.id);
      return json({ ...shownServices(snapshot, now())(service), tasks: tasks.map(shownTasks(snapshot)) });
    },
  });
}

function shownServices(
  { tasks, orders }: Snapshot,
  nowMs: number,
): (service: Service) => z.output<typeof SERVICE> {
  const running = Map.groupBy(tasks.filter(isRunning), ({ serviceId }) => serviceId);
  return (service) => {
    const { id, name, mode, replicas, image, labels, constraints, reservations, updateState, steer } =
      service;
    const pause = pauseOf(orders, id, nowMs) ?? pauseOf(orders, null, nowMs);
    return {
      id,
      name,
      mode,
      replicas,
      running: running.get(id)?.length ?? 0,
      image,
      labels: { ...labels },
      constraints: [...constraints],
      reservations,
      updateState,
      updatedAt: new Date(service.updatedAtMs).toISOString(),
      move: steer === null ? null : { id: steer.moveId, deadline: steer.deadline },
      pausedUntil: pause === null ? null : (pause.until ?? "resumed"),
    };
  };
}
