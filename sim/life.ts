import type { RawSpec } from "../scheduler/act/raw.ts";
import { seeded } from "../scheduler/engine/random.ts";
import { templateOf } from "./swarm/dirty.ts";
import type { SimService, SimTask } from "./swarm/objects.ts";
import { isUp, isWanted } from "./swarm/states.ts";
import type { Swarm } from "./swarm/swarm.ts";
import { serviceTermsOf, taskTermsOf } from "./swarm/terms.ts";

/** What happens to a swarm by itself, each as so many a day. */
export interface Life {
  /** Of each service. */
  readonly deploysPerDay: number;
  /** Of each node, and for how long it is away. */
  readonly lossesPerDay: number;
  readonly awayMinutes: number;
  readonly drainsPerDay: number;
  readonly drainMinutes: number;
  /** Of each task. */
  readonly crashesPerDay: number;
  readonly seed: number;
  /** From this moment on nothing new happens: what was lost or drained still comes back. */
  readonly untilMs?: number;
}

/** Weekly deploys, and machines that fail a few times a year. */
export const ORDINARY: Life = {
  deploysPerDay: 1 / 7,
  lossesPerDay: 1 / 90,
  awayMinutes: 20,
  drainsPerDay: 1 / 60,
  drainMinutes: 30,
  crashesPerDay: 1 / 200,
  seed: 1,
};

/** What has happened so far. */
export interface Happened {
  deploys: number;
  losses: number;
  drains: number;
  crashes: number;
  /** Starts of containers that Swarm owes to all of these, whoever else moves tasks about. */
  forcedStarts: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const RAREST = 1e-9;
const LONGEST_WAIT_MS = 365 * DAY_MS;

/**
 * Lets a swarm live from now on. The leader is spared: the simulator knows no change of leader. What happens, when and to
 * whom hangs on the seed and not on where tasks stand: whoever moves them about lives through the same.
 */
export function live(swarm: Swarm, life: Life): Happened {
  const random = seeded(life.seed);
  const { store, clock } = swarm;
  const happened: Happened = { deploys: 0, losses: 0, drains: 0, crashes: 0, forcedStarts: 0 };
  const anyOf = <Item>(items: readonly Item[]): Item | undefined =>
    items[Math.floor(random() * items.length)];
  const often = (perDay: () => number, what: () => void): void => {
    // Waits between things that happen independently of each other.
    const waitMs = Math.min((-Math.log(1 - random()) / Math.max(perDay(), RAREST)) * DAY_MS, LONGEST_WAIT_MS);
    clock.after(Math.ceil(waitMs), () => {
      if (clock.now() >= (life.untilMs ?? Infinity)) return;
      what();
      often(perDay, what);
    });
  };
  /** A node that is there and may be taken away, as often as one is met by chance. */
  const onAWorker = (work: (id: string) => void) => (): void => {
    const node = anyOf([...store.nodes.values()]);
    if (node?.isAlive !== true || node.facts.leader || node.facts.availability !== "active") return;
    happened.forcedStarts += store.tasksOn(node.id).filter(isWanted).length;
    work(node.id);
  };
  const lose = (id: string): void => {
    swarm.lose(id);
    happened.losses += 1;
    clock.after(life.awayMinutes * MINUTE_MS, () => {
      swarm.revive(id);
    });
  };
  const drain = (id: string): void => {
    swarm.setNode(id, { availability: "drain" });
    happened.drains += 1;
    clock.after(life.drainMinutes * MINUTE_MS, () => {
      swarm.setNode(id, { availability: "active" });
    });
  };
  const owned = new Map<string, RawSpec>();
  const deploy = (): void => {
    const service = anyOf([...store.services.values()]);
    if (service === undefined) return;
    const spec = deployed(owned.get(service.id) ?? service.spec);
    owned.set(service.id, spec);
    swarm.writeService(service.id, service.version, spec);
    happened.deploys += 1;
    happened.forcedStarts += replicasOf(service);
  };
  const crash = (): void => {
    const slot = anyOf(slotsOf(store));
    const task = slot === undefined ? undefined : store.tasksOf(slot.serviceId).find(runsIn(slot.slot));
    if (task === undefined) return;
    swarm.crash(task.id, "task: non-zero exit (1)");
    happened.crashes += 1;
    happened.forcedStarts += 1;
  };
  for (const { id, spec } of store.services.values()) owned.set(id, spec);
  often(() => life.deploysPerDay * store.services.size, deploy);
  often(() => life.lossesPerDay * store.nodes.size, onAWorker(lose));
  often(() => life.drainsPerDay * store.nodes.size, onAWorker(drain));
  often(() => life.crashesPerDay * slotsOf(store).length, crash);
  return happened;
}

function replicasOf({ spec }: SimService): number {
  return serviceTermsOf(spec).service.replicas ?? 0;
}

/** Of replicated services: the others' tasks hang on which nodes there are. */
function slotsOf({
  services,
}: Swarm["store"]): readonly { readonly serviceId: string; readonly slot: number }[] {
  return [...services.values()].flatMap((service) =>
    Array.from({ length: replicasOf(service) }, (_, at) => ({ serviceId: service.id, slot: at + 1 })),
  );
}

function runsIn(slot: number): (task: SimTask) => boolean {
  return (task) => task.slot === slot && isUp(task);
}

/** The owner's spec as a deploy of a new image has it: what somebody else added to it since is gone. */
function deployed(spec: RawSpec): RawSpec {
  const template = templateOf(spec);
  const container = template["ContainerSpec"] as RawSpec | undefined;
  const { image } = taskTermsOf(template).needs;
  const build = Number(/\+(\d+)$/.exec(image)?.[1] ?? "0") + 1;
  const Image = `${image.replace(/\+\d+$/, "")}+${build}`;
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...container, Image } } };
}
