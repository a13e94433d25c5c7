import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "../../../lab/lab.ts";
import { nodesOf, type ApiTask, type TestLab } from "./lab.ts";

/** A service that publishes on each node where a replica of it runs, so that every replica can be asked by itself. */
export interface Asked {
  readonly id: string;
  readonly name: string;
  readonly replicas: number;
  readonly port: number;
}

/** A request that a replica did not answer although Swarm listed it as running before the request and after it. */
export interface Failure {
  readonly service: string;
  readonly task: string;
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly beganMs: number;
  readonly failedMs: number;
  readonly why: string;
}

/** What the client saw so far. */
export interface Tally {
  readonly requests: number;
  readonly failures: readonly Failure[];
  /** Requests that failed because Swarm had meanwhile told the replica to stop. */
  readonly leaving: number;
  readonly slowestMs: number;
  /** Requests that were answered, by task. */
  readonly answered: ReadonlyMap<string, number>;
  /** Swarm's lists of tasks that were read. */
  readonly lists: number;
  /** The fewest running replicas that one of the lists had, by service. */
  readonly fewestListed: ReadonlyMap<string, number>;
}

/** A client that asks every replica all the time. */
export interface Client {
  tally(): Tally;
  stop(): Promise<void>;
}

/** Between two requests to one replica: each is a new connection, and all parties share one machine. */
const PAUSE_MS = 40;
const LIST_EVERY_MS = 100;
/** Patient: a slow answer of a busy machine is no gap. */
const TIMEOUT_MS = 15_000;

interface Replica {
  readonly service: Asked;
  readonly node: string;
}

/** What Swarm said at one time: the tasks that run and are meant to, by id. */
interface Listing {
  readonly askedMs: number;
  readonly up: ReadonlyMap<string, Replica>;
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Starts to ask, and waits until every replica has answered once. */
export async function startClient(test: TestLab, services: readonly Asked[]): Promise<Client> {
  const stopped = { asking: false, listing: false };
  const counts = { requests: 0, leaving: 0, slowestMs: 0, lists: 0 };
  const failures: Failure[] = [];
  const answered = new Map<string, number>();
  const fewestListed = new Map(services.map(({ name, replicas }) => [name, replicas]));
  const list = await listerOf(test, services);
  let newest = await list();
  const asking = new Map<string, Promise<void>>();

  async function keepListing(): Promise<void> {
    while (!stopped.listing) {
      newest = await list().catch(() => newest);
      counts.lists += 1;
      for (const { name, replicas } of services) {
        const count = [...newest.up.values()].filter(({ service }) => service.name === name).length;
        fewestListed.set(name, Math.min(count, fewestListed.get(name) ?? replicas));
      }
      for (const [task, replica] of newest.up)
        if (!asking.has(task)) asking.set(task, keepAsking(task, replica));
      await delay(LIST_EVERY_MS);
    }
  }

  async function keepAsking(task: string, { service, node }: Replica): Promise<void> {
    while (!stopped.asking && newest.up.has(task)) {
      const beganMs = Date.now();
      const answer = await ask(test.nodeNamed(node).address, service.port, task);
      const failedMs = Date.now();
      counts.requests += 1;
      if (answer.ok) {
        counts.slowestMs = Math.max(counts.slowestMs, failedMs - beganMs);
        answered.set(task, (answered.get(task) ?? 0) + 1);
      } else if (await isStillListed(task, failedMs)) {
        failures.push({ service: service.name, task, node, beganMs, failedMs, why: answer.why });
      } else counts.leaving += 1;
      await delay(PAUSE_MS);
    }
  }

  async function isStillListed(task: string, failedMs: number): Promise<boolean> {
    await waitFor("a list from after the failure", () => newest.askedMs > failedMs, { everyMs: 20 });
    return newest.up.has(task);
  }

  const listing = keepListing();
  await waitFor(
    "every replica to answer",
    () => newest.up.size > 0 && [...newest.up.keys()].every((task) => answered.has(task)),
  );
  return {
    tally: () => ({ ...counts, failures, answered, fewestListed }),
    async stop() {
      // The lists go on until the last failure is judged.
      stopped.asking = true;
      await Promise.all(asking.values());
      stopped.listing = true;
      await listing;
    },
  };
}

async function listerOf({ docker }: TestLab, services: readonly Asked[]): Promise<() => Promise<Listing>> {
  const nodes = new Map((await nodesOf(docker)).map(({ ID, Description }) => [ID, Description.Hostname]));
  const known = new Map(services.map((service) => [service.id, service]));
  const filters = { service: services.map(({ name }) => name) };
  return async () => {
    const askedMs = Date.now();
    const tasks: unknown = await docker.listTasks({ filters });
    const up = (tasks as readonly ApiTask[]).flatMap((task): readonly (readonly [string, Replica])[] => {
      const service = known.get(task.ServiceID);
      const isUp = task.Status.State === "running" && task.DesiredState === "running";
      if (!isUp || service === undefined) return [];
      return [[task.ID, { service, node: nodes.get(task.NodeID) ?? "" }]];
    });
    return { askedMs, up: new Map(up) };
  };
}

/** One request over a connection of its own; the answer must be that very replica's. */
function ask(host: string, port: number, task: string): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (error: Error) => {
      resolve({ ok: false, why: String(error) });
    };
    const request = get({ host, port, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("error", failed);
      response.once("end", () => {
        const isOwn = response.statusCode === 200 && body.includes(`"task":"${task}"`);
        resolve(isOwn ? { ok: true } : { ok: false, why: `${response.statusCode ?? 0} ${body}` });
      });
    });
    request.once("error", failed);
  });
}
