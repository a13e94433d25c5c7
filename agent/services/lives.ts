import { SWARM } from "../sources/docker/labels.ts";

/** Something that is counted for a service. */
export type Tally =
  | { readonly kind: "seen" | "oomKill" | "restart" | "healthFailure"; readonly service: string }
  /** `code` is null for an end of which nobody can tell how it was. */
  | { readonly kind: "exit"; readonly service: string; readonly code: number | null };

/** One container of a service, as far as its life is known. */
export interface Life {
  readonly service: string;
  /** Which of the service's places it fills: `web.3` of `web.3.xyz`, or a global service's one on this node. */
  readonly slot: string;
  /** `met`: known by its labels alone. */
  readonly state: "met" | "running" | "ended";
  /** Seconds since the epoch, by the daemon's clock. */
  readonly startedAt: number | null;
  /** Whether Docker was asked to stop it since it started. */
  readonly asked: boolean;
  /** Whether its health check failed: the stop that Swarm then asks for is no wish of its owner. */
  readonly unhealthy: boolean;
  /** Whether an out-of-memory event was heard since it started. */
  readonly outOfMemory: boolean;
}

/** The lives of services' containers on this node; each change counts what it means. */
export interface Lives {
  get(id: string): Life | undefined;
  ids(): readonly string[];
  /** Makes a container known, by its labels; one that belongs to no service stays unknown. */
  meet(id: string, labels: Readonly<Record<string, string>>): void;
  begin(id: string, at: number | null): void;
  /** `unasked` ends make the next start in the slot a restart. */
  finish(id: string, code: number | null, unasked: boolean): void;
  ask(id: string): void;
  turnUnhealthy(id: string): void;
  outOfMemory(id: string): void;
  forget(id: string): void;
}

const FRESH = { asked: false, unhealthy: false, outOfMemory: false } as const;

export function createLives(count: (tally: Tally) => void): Lives {
  const lives = new Map<string, Life>();
  const services = new Set<string>();
  // Slots whose last container on this node ended without having been asked to.
  const crashed = new Set<string>();

  function change(id: string, how: (life: Life) => Partial<Life>): void {
    const life = lives.get(id);
    if (life !== undefined) lives.set(id, { ...life, ...how(life) });
  }

  return {
    get: (id) => lives.get(id),
    ids: () => [...lives.keys()],
    meet(id, labels) {
      const service = labels[SWARM.serviceName];
      if (lives.has(id) || service === undefined) return;
      if (!services.has(service)) count({ kind: "seen", service });
      services.add(service);
      const slot = slotOf(labels[SWARM.taskName] ?? service);
      lives.set(id, {
        service,
        slot,
        state: "met",
        startedAt: null,
        ...FRESH,
      });
    },
    begin(id, at) {
      change(id, ({ service, slot }) => {
        if (crashed.delete(slot)) count({ kind: "restart", service });
        return { state: "running", startedAt: at, ...FRESH };
      });
    },
    finish(id, code, unasked) {
      change(id, ({ service, slot, state }) => {
        if (state !== "running") return {};
        count({ kind: "exit", service, code });
        if (unasked) crashed.add(slot);
        else crashed.delete(slot);
        return { state: "ended" };
      });
    },
    ask(id) {
      change(id, () => ({ asked: true }));
    },
    turnUnhealthy(id) {
      change(id, ({ service }) => {
        count({ kind: "healthFailure", service });
        return { unhealthy: true };
      });
    },
    outOfMemory(id) {
      change(id, ({ service }) => {
        count({ kind: "oomKill", service });
        return { outOfMemory: true };
      });
    },
    forget(id) {
      lives.delete(id);
    },
  };
}

/** `web.3` of the task name `web.3.xyz`; a global service's task has its node where the number is. */
function slotOf(taskName: string): string {
  const end = taskName.lastIndexOf(".");
  return end < 0 ? taskName : taskName.slice(0, end);
}
