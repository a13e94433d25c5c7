import type Docker from "dockerode";
import type { RawSpec } from "../../scheduler/act/raw.ts";
import type { UsageReading } from "../../scheduler/ports.ts";
import { dockerOf } from "../../sim/docker/docker.ts";
import { createPrometheus } from "../../sim/prometheus/prometheus.ts";
import type { SimNode, SimService } from "../../sim/swarm/objects.ts";
import { isUp } from "../../sim/swarm/states.ts";
import type { Swarm } from "../../sim/swarm/swarm.ts";
import type { Ground } from "./policy.ts";

// What a simple tool sees of a swarm, and writes to it.

const WINDOW_SECONDS = 300;
const MAX_AGE_SECONDS = 60;

/** Reads what Prometheus would tell of the last five minutes. */
export function usageReader({ swarm, loads }: Ground): () => Promise<UsageReading> {
  const { usage } = createPrometheus({
    ...{ swarm, loads, windowSeconds: WINDOW_SECONDS, maxAgeSeconds: MAX_AGE_SECONDS },
  });
  return () => usage.read(swarm.clock.now());
}

/** The nodes that Swarm would place tasks on. */
export function openNodes({ store }: Swarm): readonly SimNode[] {
  return [...store.nodes.values()].filter(
    ({ facts }) => facts.state === "ready" && facts.availability === "active",
  );
}

/** How many of a service's tasks run on each of the nodes; without a service, of all. */
export function countsOn({ store }: Swarm, nodes: readonly SimNode[], serviceId?: string): readonly number[] {
  return nodes.map(
    ({ id }) =>
      store.tasksOn(id).filter((task) => isUp(task) && (serviceId ?? task.serviceId) === task.serviceId)
        .length,
  );
}

/** Whether anything but this tool may be at work on the service. */
export function isAtRest({ update }: SimService): boolean {
  return update === null || update.state === "completed";
}

/** Writes to a service's task template as a script does: reads it, changes it, writes it whole. */
export async function changeTemplate(
  docker: Docker,
  serviceId: string,
  change: (template: RawSpec) => RawSpec,
): Promise<void> {
  const service = docker.getService(serviceId);
  const { Spec, Version } = (await service.inspect()) as {
    readonly Spec: RawSpec;
    readonly Version: { readonly Index: number };
  };
  const template = Spec["TaskTemplate"] as RawSpec;
  const body = { _query: { version: Version.Index }, _body: { ...Spec, TaskTemplate: change(template) } };
  await service.update(body);
}

export function docker({ swarm }: Ground): Docker {
  return dockerOf(swarm);
}
