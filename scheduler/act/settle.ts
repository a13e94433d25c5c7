import type { SwarmGateway } from "./gateway.ts";
import { clockOf, type Ending, type MoverOptions } from "./options.ts";
import { hasEnded, isUp, type RawService, type RawTask } from "./raw.ts";

/** States of a task that was not told to stop. */
const OWN_ENDINGS = ["failed", "rejected", "orphaned", "complete"];

/** An ending that is decided, with the task that landed if one did. */
export type Settling = Ending & { readonly landed?: RawTask };

/** What is left to see to once the service carries its owner's spec again; returns the ending in full. */
export async function settle(
  options: MoverOptions,
  serviceId: string,
  { landed, ...ending }: Settling,
): Promise<Ending> {
  if (landed !== undefined) return withAftermath(options, serviceId, ending, landed);
  return ending.outcome === "undone" ? untilWhole(options, serviceId, ending) : ending;
}

/**
 * A landed move is looked at once more after letting go. Where a service's stored spec holds what its inspection does not
 * show (a registry's credentials, renewed since), Swarm takes our writes for a change of every task and restarts them.
 */
async function withAftermath(
  options: MoverOptions,
  serviceId: string,
  ending: Ending,
  landed: RawTask,
): Promise<Ending> {
  const { gateway, aftermathSeconds } = options;
  const startSeconds = (landed.stateSinceMs - landed.createdAtMs) / 1000;
  await clockOf(options).wait(aftermathSeconds * 1000);
  const tasks = await gateway.tasks(serviceId).catch(() => []);
  const made = tasks.filter(
    ({ id, createdAtMs, desired }) =>
      id !== landed.id && createdAtMs >= landed.createdAtMs && desired === "running",
  ).length;
  // What ended by itself meanwhile, Swarm replaced without our doing.
  const lost = tasks.filter(
    ({ state, stateSinceMs }) => OWN_ENDINGS.includes(state) && stateSinceMs >= landed.createdAtMs,
  ).length;
  const collateral = Math.max(0, made - lost);
  const detail =
    collateral === 0 ? ending.detail : `${ending.detail}; Swarm restarted ${collateral} other task(s) of it`;
  return { ...ending, detail, startSeconds, collateral };
}

/** An undone move has ended when the service is as whole as it was, not when the write was accepted. */
async function untilWhole(options: MoverOptions, serviceId: string, ending: Ending): Promise<Ending> {
  const { gateway, deadlineSeconds, pollSeconds } = options;
  const clock = clockOf(options);
  const giveUpMs = clock.now() + deadlineSeconds * 1000;
  let wholeness: Wholeness = "broken";
  while (clock.now() < giveUpMs) {
    wholeness = await wholenessNow(gateway, serviceId);
    if (wholeness === "whole") return ending;
    await clock.wait(pollSeconds * 1000);
  }
  return wholeness === "running"
    ? { ...ending, detail: `${ending.detail}; a task that was told to stop has not ended` }
    : {
        outcome: "failed",
        detail: `${ending.detail}; the service was restored but does not run all its replicas`,
      };
}

/** `running`: all replicas run, yet something that was told to stop has not ended, as on a node that was lost. */
type Wholeness = "whole" | "running" | "broken";

async function wholenessNow(gateway: SwarmGateway, serviceId: string): Promise<Wholeness> {
  try {
    const [service, tasks] = await Promise.all([gateway.service(serviceId), gateway.tasks(serviceId)]);
    return service === null ? "whole" : wholenessOf(service, tasks);
  } catch {
    return "broken"; // No answer is no proof of wholeness: ask again.
  }
}

function wholenessOf(service: RawService, tasks: readonly RawTask[]): Wholeness {
  if (tasks.filter(isUp).length !== service.replicas) return "broken";
  const others = tasks.filter((task) => !isUp(task) && !hasEnded(task));
  if (others.length === 0) return "whole";
  return others.every(({ desired }) => desired !== "running") ? "running" : "broken";
}
