import type { NodeChange, ServiceChange } from "../../domain/daily.ts";
import type { RawSpec } from "../raw.ts";
import { mappingAt } from "../mapping.ts";

/** A service's spec with what is asked changed, and all else as it came. Pure. */
export function changedService(spec: RawSpec, previous: RawSpec | null, change: ServiceChange): RawSpec {
  const template = mappingAt(spec, "TaskTemplate");
  switch (change.act) {
    case "scale": {
      const mode = mappingAt(spec, "Mode");
      const replicated = { ...mappingAt(mode, "Replicated"), Replicas: change.replicas };
      return { ...spec, Mode: { ...mode, Replicated: replicated } };
    }
    case "restart": {
      const forced = template["ForceUpdate"];
      const ForceUpdate = (typeof forced === "number" ? forced : 0) + 1;
      return { ...spec, TaskTemplate: { ...template, ForceUpdate } };
    }
    case "image": {
      const ContainerSpec = { ...mappingAt(template, "ContainerSpec"), Image: change.image };
      return { ...spec, TaskTemplate: { ...template, ContainerSpec } };
    }
    case "rollback":
      return previous ?? spec;
  }
}

/** A node's spec with what is asked changed, and all else as it came. Pure. */
export function changedNode(spec: RawSpec, change: NodeChange): RawSpec {
  switch (change.act) {
    case "labels": {
      const removed = new Set(change.remove);
      const kept = Object.entries(mappingAt(spec, "Labels")).filter(([name]) => !removed.has(name));
      return { ...spec, Labels: { ...Object.fromEntries(kept), ...change.set } };
    }
    case "availability":
      return { ...spec, Availability: change.availability };
    case "role":
      return { ...spec, Role: change.role };
  }
}
