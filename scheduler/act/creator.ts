import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import * as z from "zod";
import { answered } from "../../common/docker-call.ts";
import { SYSTEM_CLOCK, type Clock } from "../clock.ts";
import { creationId } from "../domain/steer.ts";
import type { ServiceCreator } from "../ports.ts";
import { creationRecord, steeredForCreation } from "./creation.ts";
import { statusOf } from "./gateway.ts";

export interface CreatorOptions {
  readonly docker: Docker;
  /** How long the first tasks are kept to their nodes, at the most. */
  readonly deadlineSeconds: number;
  readonly clock?: Clock;
}

/** The client gives the answer of the API, or a handle made of it. */
const CREATED = z.union([
  z.object({ ID: z.string() }).transform(({ ID }) => ID),
  z.object({ id: z.string() }).transform(({ id }) => id),
]);

/** Creates services through the manager that `docker` speaks to. No registry's credentials are sent. */
export function createServiceCreator({
  docker,
  deadlineSeconds,
  clock = SYSTEM_CLOCK,
}: CreatorOptions): ServiceCreator {
  return {
    async create(spec, added) {
      const deadlineMs = clock.now() + deadlineSeconds * 1000;
      const record = creationRecord(creationId(randomUUID().slice(0, 8)), spec, added, deadlineMs);
      try {
        const made: unknown = await answered(docker, () =>
          // The client's type of a spec is narrower than what the API takes.
          docker.createService(steeredForCreation(spec, record) as never),
        );
        const steer = { moveId: record.moveId, deadline: record.deadline, record: JSON.stringify(record) };
        return { ok: true, id: CREATED.parse(made), steer };
      } catch (error) {
        const status = statusOf(error);
        if (status === null || status >= 500) throw error;
        return { ok: false, status, detail: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}
