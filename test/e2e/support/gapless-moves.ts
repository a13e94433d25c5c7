import type Docker from "dockerode";
import { SILENT } from "../../support/silent-log.ts";
import { readSchedulerConfig } from "../../../scheduler/config.ts";
import type { Move } from "../../../scheduler/domain/decision.ts";
import { NOTHING } from "../../../scheduler/domain/resources.ts";
import { isRunning } from "../../../scheduler/domain/task.ts";
import { createSwarmReader } from "../../../scheduler/observe/swarm/reader.ts";
import { partsOf } from "../../../scheduler/parts.ts";
import type { Mover, MoveResult, SwarmReading } from "../../../scheduler/ports.ts";

/** Moves tasks as the product does, where this test says. */
export interface Driver {
  /** Moves one task of each of these services at once; `turn` says which task of several. */
  moveEach(names: readonly string[], turn: number): Promise<readonly MoveResult[]>;
}

/** The mover of the product, wired as the product wires it, at the manager whose socket this is. */
export function createDriver(docker: Docker, socket: string): Driver {
  const config = readSchedulerConfig({
    BALLAST_DOCKER_HOST: `unix://${socket}`,
    BALLAST_MOVES_STABILITY: "2s",
    BALLAST_MOVES_DEADLINE: "60s",
  });
  const { mover } = partsOf(config, SILENT);
  const reader = createSwarmReader(docker);
  return {
    async moveEach(names, turn) {
      const reading = await reader.read();
      return Promise.all(names.map((name) => moveOne(mover, reading, name, turn)));
    },
  };
}

function moveOne(mover: Mover, reading: SwarmReading, name: string, turn: number): Promise<MoveResult> {
  return mover.move(moveOf(reading, name, turn), reading.nodes, new AbortController().signal);
}

/**
 * A move of one of the service's tasks to the next node, in the order of their names, that has none: so it can be told
 * by constraints, and in time every replica stands on every node.
 */
function moveOf({ services, tasks, nodes }: SwarmReading, name: string, turn: number): Move {
  const service = services.find((candidate) => candidate.name === name);
  const own = tasks.filter((task) => task.serviceId === service?.id && isRunning(task));
  const ordered = nodes.toSorted((a, b) => a.hostname.localeCompare(b.hostname, "en", { numeric: true }));
  const homes = ordered.filter(({ id }) => own.some(({ nodeId }) => nodeId === id));
  const from = homes[turn % homes.length];
  const at = ordered.findIndex(({ id }) => id === from?.id);
  const to = [...ordered.slice(at), ...ordered.slice(0, at)].find((node) => !homes.includes(node));
  const task = own.find(({ nodeId }) => nodeId === from?.id);
  if (service === undefined || from === undefined || to === undefined || task === undefined)
    throw new Error(`${name} has no task to move, or no node is free of it`);
  return {
    serviceId: service.id,
    service: name,
    taskId: task.id,
    slot: task.slot,
    from: from.id,
    to: to.id,
    fromName: from.hostname,
    toName: to.hostname,
    load: NOTHING,
    order: "start-first",
    reason: "the test says so",
  };
}
