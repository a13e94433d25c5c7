import { seeded } from "../scheduler/engine/random.ts";
import { taskTermsOf } from "./swarm/terms.ts";
import { templateOf } from "./swarm/dirty.ts";
import type { Swarm } from "./swarm/swarm.ts";

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
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const RAREST = 1e-9;
const LONGEST_WAIT_MS = 365 * DAY_MS;

/** Lets a swarm live from now on. The leader is spared: the simulator knows no change of leader. */
export function live(swarm: Swarm, life: Life): Happened {
  const random = seeded(life.seed);
  const { store, clock } = swarm;
  const happened: Happened = { deploys: 0, losses: 0, drains: 0, crashes: 0 };
  const anyOf = <Item>(items: ReadonlyMap<string, Item>): Item | undefined => {
    const at = Math.floor(random() * items.size);
    return [...items.values()][at];
  };
  const often = (perDay: () => number, what: () => void): void => {
    // Waits between things that happen independently of each other.
    const waitMs = Math.min((-Math.log(1 - random()) / Math.max(perDay(), RAREST)) * DAY_MS, LONGEST_WAIT_MS);
    clock.after(Math.ceil(waitMs), () => {
      what();
      often(perDay, what);
    });
  };
  /** A node that is there and may be taken away, as often as one is met by chance. */
  const onAWorker = (work: (id: string) => void) => (): void => {
    const node = anyOf(store.nodes);
    if (node?.isAlive === true && !node.facts.leader && node.facts.availability === "active") work(node.id);
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
  const deploy = (): void => {
    const service = anyOf(store.services);
    if (service === undefined || service.update?.state === "updating") return;
    swarm.writeService(service.id, service.version, deployed(service.spec));
    happened.deploys += 1;
  };
  const crash = (): void => {
    const task = anyOf(store.tasks);
    if (task?.state !== "running") return;
    swarm.crash(task.id, "task: non-zero exit (1)");
    happened.crashes += 1;
  };
  often(() => life.deploysPerDay * store.services.size, deploy);
  often(() => life.lossesPerDay * store.nodes.size, onAWorker(lose));
  often(() => life.drainsPerDay * store.nodes.size, onAWorker(drain));
  often(() => life.crashesPerDay * store.tasks.size, crash);
  return happened;
}

/** The spec as a deploy of a new image has it: what somebody added to it is gone. */
function deployed(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const template = templateOf(spec);
  const container = template["ContainerSpec"] as Readonly<Record<string, unknown>> | undefined;
  const { image } = taskTermsOf(template).needs;
  const build = Number(/\+(\d+)$/.exec(image)?.[1] ?? "0") + 1;
  const Image = `${image.replace(/\+\d+$/, "")}+${build}`;
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...container, Image } } };
}
