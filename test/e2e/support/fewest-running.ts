import type { ContainerEvent } from "./container-events.ts";

/** What tells that a task's container serves no longer: the signal to end, or its end without one. */
const ENDINGS = ["kill", "die", "oom", "pause"];

/**
 * The fewest containers of a service that ran at one time: those of the tasks `running` at first, then what the daemons
 * tell, in the order of their times. A container counts from its start (of a service with a health check, from
 * `health_status: healthy`) until it is told to end. Pure.
 */
export function fewestRunning(
  events: readonly ContainerEvent[],
  service: string,
  running: readonly string[],
  upWith = "start",
): number {
  const up = new Set(running);
  let fewest = up.size;
  for (const { action, task } of events.filter((event) => event.service === service)) {
    if (action === upWith) up.add(task);
    else if (ENDINGS.includes(action)) up.delete(task);
    fewest = Math.min(fewest, up.size);
  }
  return fewest;
}
