import type { Log } from "../common/log.ts";
import type { Service } from "./domain/service.ts";
import type { Mover } from "./ports.ts";

/** Follows services that were created under steering, beside the rounds: an image may take minutes to be pulled. */
export interface Creations {
  /** Follows the service until it is let go, unless that is done already. */
  follow(service: Service): void;
  /** Leaves the rest to the next start, after the time that the mover has for it. */
  stop(): Promise<void>;
}

/** Whoever finds such a service may follow it, several at a time: letting go twice is as good as once. */
export function createCreations(mover: Pick<Mover, "recover">, log: Log): Creations {
  const stopping = new AbortController();
  const followed = new Map<string, Promise<void>>();
  async function untilLetGo(service: Service): Promise<void> {
    try {
      const { outcome, detail } = await mover.recover(service, [], stopping.signal);
      log.info({ service: service.name, outcome }, `created: ${detail}`);
    } catch (error) {
      log.warn(
        { err: error, service: service.name },
        "a new service could not be followed; a later look tries again",
      );
    } finally {
      followed.delete(service.id);
    }
  }
  return {
    follow(service) {
      if (!followed.has(service.id)) followed.set(service.id, untilLetGo(service));
    },
    async stop() {
      stopping.abort();
      await Promise.all(followed.values());
    },
  };
}
