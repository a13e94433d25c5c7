import type { Move } from "../domain/decision.ts";
import type { Node } from "../domain/node.ts";
import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import { steeringConstraints } from "./expression.ts";
import type { Followed } from "./follow.ts";
import { holdsInexactNumber } from "./mapping.ts";
import { clockOf, type Ending, type MoverOptions } from "./options.ts";
import { isUp, type RawService, type RawTask } from "./raw.ts";
import { digestOf, steeredSpec } from "./steer-spec.ts";

export type Steered =
  ({ readonly steered: true } & Followed) | { readonly steered: false; readonly ending: Ending };

/** Reads the service afresh, looks once more, and writes the steering; what keeps it from being written is an ending. */
export async function steer(
  options: MoverOptions,
  move: Move,
  nodes: readonly Node[],
  moveId: string,
): Promise<Steered> {
  const { gateway } = options;
  const service = await gateway.service(move.serviceId);
  if (service === null) return notSteered("gave_way", "the service is gone");
  const tasks = await gateway.tasks(move.serviceId);
  const obstacle = obstacleTo(move, service, tasks);
  if (obstacle !== null) return notSteered("gave_way", obstacle);
  const record = recordOf(options, move, nodes, moveId, service, tasks);
  options.onStep(moveId, "steer", `${move.service} to ${move.toName} by ${record.added.join(", ")}`);
  const written = await gateway.write(service, steeredSpec(service.spec, record, options));
  if (written === "conflict") return notSteered("gave_way", "someone else wrote to the service first");
  return { steered: true, serviceId: service.id, record, writtenOver: service.version };
}

/** The last look before the write, at the very version that the write will name. */
function obstacleTo(move: Move, service: RawService, tasks: readonly RawTask[]): string | null {
  if (service.replicas === null) return "the service is not replicated";
  if (service.labels[STEER_LABEL] !== undefined) return "another move of it is under way";
  if (service.updateState !== null && service.updateState !== "completed")
    return `its update is ${service.updateState}`;
  if (holdsInexactNumber(service.spec)) return "its spec holds a number that cannot be written back exactly";
  const up = tasks.filter(isUp);
  if (up.length !== service.replicas) return `${up.length} of ${service.replicas} replicas run`;
  const task = up.find((candidate) => candidate.id === move.taskId);
  return task?.nodeId === move.from ? null : "its task is no longer where the plan saw it";
}

function recordOf(
  options: MoverOptions,
  move: Move,
  nodes: readonly Node[],
  moveId: string,
  service: RawService,
  tasks: readonly RawTask[],
): SteerRecord {
  return {
    version: 1,
    moveId,
    taskId: move.taskId,
    from: move.from,
    to: move.to,
    added: steeringConstraints({
      to: move.to,
      from: move.from,
      copies: tasks.filter(isUp).map((task) => task.nodeId),
      nodes: nodes.map((node) => node.id),
    }),
    updateConfig: service.spec["UpdateConfig"] ?? null,
    specDigest: digestOf(service.spec),
    order: move.order,
    deadline: new Date(clockOf(options).now() + options.deadlineSeconds * 1000).toISOString(),
  };
}

function notSteered(outcome: Ending["outcome"], detail: string): Steered {
  return { steered: false, ending: { outcome, detail } };
}
