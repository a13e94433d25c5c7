import type { Node } from "../domain/node.ts";
import type { Resources } from "../domain/resources.ts";
import type { NodeUsage } from "../domain/snapshot.ts";
import type { Task } from "../domain/task.ts";
import type { UsageReading } from "../ports.ts";

/** `rate` extrapolates: for a moment a node may seem to have used somewhat more CPU than it has. */
const CPU_OVERSHOOT = 2;
/** Of the past only what is far off is dropped: a node may have had more memory then. */
const MEMORY_OVERSHOOT = 2;

/**
 * What was measured and cannot be, of ready nodes and of the tasks given: each is a doubt, since a load that is reckoned
 * with it may be anything. What was not measured at all is no doubt here: it leaves its node unsettled.
 */
export function implausible(
  nodes: readonly Node[],
  tasks: readonly Task[],
  { nodeUsage, taskUsage }: UsageReading,
): readonly string[] {
  const ready = nodes.filter(({ state }) => state === "ready");
  const capacities = new Map(ready.map(({ id }) => [id, ownOf(nodeUsage, id)?.capacity]));
  const ofNodes = ready.flatMap(({ id, hostname }) => {
    const usage = ownOf(nodeUsage, id);
    const fault = usage === undefined ? null : faultOfNode(usage);
    return fault === null ? [] : [`${hostname} cannot be measured right: ${fault}`];
  });
  const ofTasks = tasks.flatMap(({ id, nodeId }) => {
    const use = ownOf(taskUsage, id);
    const capacity = capacities.get(nodeId);
    const fault = use === undefined || capacity === undefined ? null : faultOfUse(use, capacity);
    return fault === null ? [] : [`task ${id} cannot be measured right: ${fault}`];
  });
  return [...ofNodes, ...ofTasks];
}

/** The most that can be believed of a use at one moment of the past, on a node of this capacity. */
export function mostOf({ cpuCores, memoryBytes }: Resources): Resources {
  return { cpuCores: CPU_OVERSHOOT * cpuCores, memoryBytes: MEMORY_OVERSHOOT * memoryBytes };
}

function faultOfNode({ capacity, used, remainder }: NodeUsage): string | null {
  if (!(capacity.cpuCores > 0)) return `it has ${capacity.cpuCores} cores`;
  if (!(capacity.memoryBytes > 0)) return `it has ${capacity.memoryBytes} bytes of memory`;
  const ofRemainder = faultOfUse(remainder, capacity);
  return faultOfUse(used, capacity) ?? (ofRemainder === null ? null : `beside its tasks ${ofRemainder}`);
}

/** CPU and memory: what the policy adds is in a unit of its own, of which no bound is known. */
function faultOfUse(used: Resources, capacity: Resources): string | null {
  if (!(used.cpuCores >= 0 && used.cpuCores <= CPU_OVERSHOOT * capacity.cpuCores))
    return `it uses ${used.cpuCores} of ${capacity.cpuCores} cores`;
  return used.memoryBytes >= 0 && used.memoryBytes <= capacity.memoryBytes
    ? null
    : `it uses ${used.memoryBytes} of ${capacity.memoryBytes} bytes of memory`;
}

/** An id may be a word that every object knows. */
function ownOf<Value>(record: Readonly<Record<string, Value>>, id: string): Value | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}
