import { refusingConstraint } from "../../scheduler/domain/constraint.ts";
import { templateOf } from "./dirty.ts";
import type { SimNode, SimTask } from "./objects.ts";
import { isWanted } from "./states.ts";
import type { Store } from "./store.ts";
import { taskTermsOf } from "./terms.ts";
import type { Timings } from "./timings.ts";

/**
 * Rejects, whenever a node changes, the tasks on it that their service's constraints no longer allow there or that no
 * longer fit (SwarmKit's orchestrator/constraintenforcer): at once, and whatever the update config says.
 */
export function startEnforcer(store: Store, { managerMs }: Timings): void {
  store.subscribe((change) => {
    if (change.kind !== "node" || change.after === null) return;
    const { id } = change.after;
    store.clock.after(managerMs, () => {
      const node = store.nodes.get(id);
      if (node?.facts.availability !== "active") return;
      for (const task of unfitOn(store, node))
        store.changeTask(task.id, { state: "rejected", error: "assigned node no longer meets constraints" });
    });
  });
}

function unfitOn(store: Store, { id, facts }: SimNode): readonly SimTask[] {
  let { cpuCores, memoryBytes } = facts.resources;
  return store.tasksOn(id).filter((task) => {
    if (!isWanted(task) || task.state === "pending") return false;
    const service = store.services.get(task.serviceId);
    const template = service === undefined ? task.template : templateOf(service.spec);
    if (refusingConstraint(facts, taskTermsOf(template).needs.constraints) !== null) return true;
    const { reservations } = taskTermsOf(task.template).needs;
    if (reservations.cpuCores > cpuCores || reservations.memoryBytes > memoryBytes) return true;
    cpuCores -= reservations.cpuCores;
    memoryBytes -= reservations.memoryBytes;
    return false;
  });
}
