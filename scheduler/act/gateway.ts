import type Docker from "dockerode";
import { answered } from "../../common/docker-call.ts";
import { rawServiceOf, rawTasksOf, type RawService, type RawSpec, type RawTask } from "./raw.ts";

/** How a write ended. A stale version is an outcome: someone else wrote first. */
type WriteResult = "written" | "conflict";

/** The swarm as the mover sees it; all of Ballast's writes go through here. */
export interface SwarmGateway {
  /** Null when the service is gone. */
  service(id: string): Promise<RawService | null>;
  tasks(serviceId: string): Promise<readonly RawTask[]>;
  write(service: RawService, spec: RawSpec): Promise<WriteResult>;
}

/** The gateway to a real manager. */
export function createSwarmGateway(docker: Docker): SwarmGateway {
  return {
    async service(id) {
      try {
        const service = rawServiceOf(await answered(docker, () => docker.getService(id).inspect()));
        // What is written goes to the service that was told of, so it must be the one that was asked for.
        if (service.id !== id) throw new Error(`the manager told of service ${service.id} instead of ${id}`);
        return service;
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    async tasks(serviceId) {
      return rawTasksOf(
        await answered(docker, (abortSignal) =>
          docker.listTasks({ abortSignal, filters: { service: [serviceId] } }),
        ),
      );
    },
    async write(service, spec) {
      try {
        // No registry auth is sent: Swarm then keeps the one it has.
        await answered(docker, () =>
          docker.getService(service.id).update({ _query: { version: service.version }, _body: spec }),
        );
        return "written";
      } catch (error) {
        if (String(error).includes("update out of sequence")) return "conflict";
        throw error;
      }
    },
  };
}

/** The HTTP status that Docker answered with; null when there was no answer. */
export function statusOf(error: unknown): number | null {
  const status: unknown = error instanceof Error && "statusCode" in error ? error.statusCode : null;
  return typeof status === "number" ? status : null;
}
