import type { TestContext } from "node:test";
import { waitFor } from "../../../lab/lab.ts";
import { followEvents } from "./container-events.ts";
import { fewestRunning } from "./fewest-running.ts";
import { runningTasks, type TestLab } from "./lab.ts";

/** What tells that a container of a service with a health check serves. */
const SERVES = "health_status: healthy";

/** All daemons' word on a service's containers since a moment at which it was whole. */
export interface ReplicaWatch {
  /** The fewest that served at one time, once the daemons have told of all that Swarm says. */
  fewest(): Promise<number>;
}

/** Listens from now on until the test is over. The service needs a health check, and all its replicas must run. */
export async function watchReplicas(
  context: TestContext,
  { lab, docker }: TestLab,
  service: string,
): Promise<ReplicaWatch> {
  const idsNow = async () => (await runningTasks(docker, service)).map(({ ID }) => ID);
  const before = await idsNow();
  const log = await followEvents(lab, Date.now());
  context.after(() => {
    log.stop();
  });
  const told = (action: string, task: string) =>
    log.events().some((event) => event.action === action && event.task === task);
  return {
    async fewest() {
      await waitFor(`the daemons to tell of all tasks of ${service}`, async () => {
        const now = await idsNow();
        const untold = [
          ...now.filter((id) => !before.includes(id) && !told(SERVES, id)),
          ...before.filter((id) => !now.includes(id) && !told("die", id)),
        ];
        if (untold.length > 0) throw new Error(`nothing of ${untold.join(", ")}`);
        return true;
      });
      const silent = log.silent();
      if (silent.length > 0) throw new Error(`${silent.join(", ")} stopped telling`);
      return fewestRunning(log.events(), service, before, SERVES);
    },
  };
}
