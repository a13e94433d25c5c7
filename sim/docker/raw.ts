import type { SimConfig, SimNode, SimService, SimTask } from "../swarm/objects.ts";

// What the managers keep, as the Docker API tells it.

const NANO = 1e9;

type Raw = Readonly<Record<string, unknown>>;

export function rawNode({ id, facts, spec, version, createdAtMs }: SimNode): Raw {
  const { resources, platform } = facts;
  return {
    ID: id,
    Version: { Index: version },
    CreatedAt: isoOf(createdAtMs),
    UpdatedAt: isoOf(facts.updatedAtMs),
    Spec: spec,
    Description: {
      Hostname: facts.hostname,
      Platform: { Architecture: platform.architecture, OS: platform.os },
      Resources: { NanoCPUs: Math.round(resources.cpuCores * NANO), MemoryBytes: resources.memoryBytes },
      Engine: { EngineVersion: "simulated", Labels: facts.engineLabels },
    },
    Status: { State: facts.state, Addr: facts.address },
    ...(facts.role === "manager"
      ? { ManagerStatus: { Leader: facts.leader, Reachability: "reachable", Addr: facts.address } }
      : {}),
  };
}

export function rawService(service: SimService): Raw {
  const { id, spec, previous, version, createdAtMs, updatedAtMs, update } = service;
  return {
    ID: id,
    Version: { Index: version },
    CreatedAt: isoOf(createdAtMs),
    UpdatedAt: isoOf(updatedAtMs),
    Spec: spec,
    ...(previous === null ? {} : { PreviousSpec: previous.spec }),
    ...(update === null
      ? {}
      : {
          UpdateStatus: {
            State: update.state,
            StartedAt: isoOf(update.startedAtMs),
            ...(update.completedAtMs === null ? {} : { CompletedAt: isoOf(update.completedAtMs) }),
            Message: update.message,
          },
        }),
  };
}

export function rawTask(task: SimTask): Raw {
  return {
    ID: task.id,
    Version: { Index: task.version },
    CreatedAt: isoOf(task.createdAtMs),
    UpdatedAt: isoOf(task.updatedAtMs),
    Spec: task.template,
    ServiceID: task.serviceId,
    Slot: task.slot,
    NodeID: task.nodeId,
    Status: {
      Timestamp: isoOf(task.stateSinceMs),
      State: task.state,
      ...(task.error === "" ? {} : { Err: task.error }),
    },
    DesiredState: task.desired,
  };
}

export function rawConfig({ id, version, spec, createdAtMs }: SimConfig): Raw {
  const CreatedAt = isoOf(createdAtMs);
  return { ID: id, Version: { Index: version }, CreatedAt, UpdatedAt: CreatedAt, Spec: spec };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
