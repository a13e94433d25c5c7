import type { Log } from "../common/log.ts";
import { hasEnded } from "./act/raw.ts";
import { isClean, leftIn, type Left } from "./leave/left.ts";
import type { SwarmSeen } from "./leave/seen.ts";
import { takeOut, type LeaveParts } from "./leave/take-out.ts";

/** What of Ballast's stands in the swarm, in names. */
interface Remains {
  /** Services of which a task is being moved. */
  readonly moves: readonly string[];
  /** Services whose record of a move cannot be read: to be mended by hand. */
  readonly unreadable: readonly string[];
  /** Config objects that keep orders and requests. */
  readonly orders: readonly string[];
  /** Labels that owners wrote, and keep: `SERVICE LABEL`. */
  readonly ownLabels: readonly string[];
}

/** Takes out of the swarm what is Ballast's, while a scheduler runs. */
export interface Leaving {
  /** What stands there, and how many schedulers run. */
  look(): Promise<{ readonly remains: Remains; readonly schedulers: number }>;
  /** Ends the rounds for good, takes out what is there, and tells what is left; nothing is, if all went well. */
  leave(): Promise<{ readonly remains: Remains; readonly clean: boolean }>;
}

/**
 * @param rest ends the rounds: who takes leave must not go on moving.
 */
export function createLeaving(parts: LeaveParts, rest: () => Promise<void>, log: Log): Leaving {
  return {
    async look() {
      const swarm = await parts.read();
      return { remains: remainsOf(leftIn(swarm)), schedulers: runningIn(swarm) };
    },
    async leave() {
      await rest();
      const swarm = await parts.read();
      const { after } = await takeOut(parts, leftIn(swarm), swarm.nodes, (move, step, detail) => {
        log.info({ move, step }, detail);
      });
      return { remains: remainsOf(after), clean: isClean(after) };
    },
  };
}

/** Tasks of schedulers that have not ended; on a node that was lost nobody runs. */
function runningIn({ schedulerTasks, nodes }: SwarmSeen): number {
  const lost = new Set(nodes.filter(({ state }) => state === "down").map(({ id }) => id));
  return schedulerTasks.filter(({ task }) => !hasEnded(task) && !lost.has(task.nodeId)).length;
}

function remainsOf({ moves, unreadable, orders, ownLabels }: Left): Remains {
  return {
    moves: moves.map(({ service }) => service.name),
    unreadable: unreadable.map(({ service }) => service),
    orders: orders.map(({ name }) => name),
    ownLabels: ownLabels.map(({ service, label }) => `${service} ${label}`),
  };
}
