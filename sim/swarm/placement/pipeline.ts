import { refusingConstraint } from "../../../scheduler/domain/constraint.ts";
import type { Platform } from "../../../scheduler/domain/node.ts";
import type { SimNode, SimTask } from "../objects.ts";
import { taskTermsOf, type TaskTerms } from "../terms.ts";
import { leftOn, portsOf, type Room } from "./room.ts";

/** A hard rule of Swarm's scheduler, in the words of its refusal. */
interface Rule {
  readonly says: string;
  readonly holds: (node: SimNode, room: Room, task: SimTask, needs: TaskTerms["needs"]) => boolean;
}

/** Engines say what the kernel says, images what Go says (manager/scheduler/filter.go). */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };
/** What adding and taking away fractions of cores may leave over. */
const ROUNDING = 1e-9;

/** In Swarm's order (manager/scheduler/pipeline.go). */
const RULES: readonly Rule[] = [
  {
    says: "not available for new tasks",
    holds: ({ facts }) => facts.state === "ready" && facts.availability === "active",
  },
  {
    says: "insufficient resources",
    holds: (node, room, _task, { reservations }) => {
      const left = leftOn(node, room);
      return (
        reservations.cpuCores <= left.cpuCores + ROUNDING && reservations.memoryBytes <= left.memoryBytes
      );
    },
  },
  {
    says: "scheduling constraints not satisfied",
    holds: ({ facts }, _room, _task, { constraints }) => refusingConstraint(facts, constraints) === null,
  },
  {
    says: "unsupported platform",
    holds: ({ facts }, _room, _task, { platforms }) =>
      platforms.length === 0 || platforms.some((wanted) => isOn(wanted, facts.platform)),
  },
  {
    says: "host-mode port already in use",
    holds: (_node, { ports }, task) => portsOf(task).every((port) => (ports.get(port)?.size ?? 0) === 0),
  },
  {
    says: "max replicas per node limit exceed",
    holds: (_node, { activeOf }, { serviceId }, { maxReplicasPerNode }) =>
      maxReplicasPerNode === 0 || (activeOf.get(serviceId) ?? 0) < maxReplicasPerNode,
  },
];

/** The rule that keeps the task off the node, in Swarm's words; null when none does. */
export function refusalOf(node: SimNode, room: Room, task: SimTask): string | null {
  const { needs } = taskTermsOf(task.template);
  return RULES.find((rule) => !rule.holds(node, room, task, needs))?.says ?? null;
}

function isOn(wanted: Platform, { os, architecture }: Platform): boolean {
  const canonical = (name: string) => ARCHITECTURES[name] ?? name;
  return (
    (wanted.os === "" || wanted.os === os) &&
    (wanted.architecture === "" || canonical(wanted.architecture) === canonical(architecture))
  );
}
