import type Docker from "dockerode";
import type { RawSpec } from "../../scheduler/act/raw.ts";
import type { SimConfig, SimNode, SimService, SimTask } from "../swarm/objects.ts";
import type { Swarm } from "../swarm/swarm.ts";
import { rawConfig, rawNode, rawService, rawTask } from "./raw.ts";

/** An answer of Docker's that says no, as its client throws it. */
class Refused extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(`(HTTP code ${statusCode}) simulated - ${message}`);
    this.statusCode = statusCode;
  }
}

interface Listing {
  readonly filters?: Readonly<Record<string, readonly string[]>>;
}

interface Update {
  readonly _query: { readonly version: number; readonly rollback?: string };
  readonly _body: RawSpec;
}

/**
 * A manager of the simulated swarm, as far as this project speaks to one: what reads, moves, drains and takes orders
 * runs on it unchanged. `ownNodeId` is the node that it stands on; the leader where it is not given.
 */
export function dockerOf(swarm: Swarm, ownNodeId?: string): Docker {
  const { store } = swarm;
  const services = () => [...store.services.values()];
  const docker = {
    modem: {},
    info: () => answer(() => ({ Swarm: { NodeID: ownNodeId ?? swarm.leaderId(), ControlAvailable: true } })),
    listNodes: () => answer(() => [...store.nodes.values()].map(rawNode)),
    listServices: ({ filters = {} }: Listing = {}) =>
      answer(() => services().filter(carries(filters)).map(rawService)),
    listTasks: ({ filters = {} }: Listing = {}) => answer(() => tasksIn(swarm, filters).map(rawTask)),
    listConfigs: ({ filters = {} }: Listing = {}) =>
      answer(() => [...store.configs.values()].filter(carries(filters)).map(rawConfig)),
    createService: (spec: RawSpec) => answer(() => ({ ID: swarm.createService(copied(spec)) })),
    createConfig: (spec: RawSpec) => answer(() => handleOfConfig(swarm, putConfig(swarm, copied(spec)))),
    getService: (name: string) => handleOfService(swarm, name),
    getNode: (id: string) => handleOfNode(swarm, id),
    getConfig: (id: string) => handleOfConfig(swarm, id),
  };
  // Of the client's many calls those are here that this project makes.
  return docker as unknown as Docker;
}

function handleOfService(swarm: Swarm, name: string) {
  const found = (): SimService => {
    const service = swarm.store.services.get(name) ?? swarm.serviceNamed(name);
    if (service === null) throw new Refused(404, `service ${name} not found`);
    return service;
  };
  return {
    inspect: () => answer(() => rawService(found())),
    update: ({ _query, _body }: Update) =>
      answer(() => {
        const { id, version } = found();
        const isBack = _query.rollback === "previous" && version === _query.version;
        if (isBack && !swarm.rollBack(id)) throw new Refused(400, `service ${name} has no previous spec`);
        if (!isBack && swarm.writeService(id, _query.version, copied(_body)) === "conflict")
          throw outOfSequence();
        return { Warnings: [] };
      }),
    remove: () =>
      answer(() => {
        swarm.removeService(found().id);
      }),
  };
}

function handleOfNode(swarm: Swarm, id: string) {
  const found = (): SimNode => {
    const node = swarm.store.nodes.get(id);
    if (node === undefined) throw new Refused(404, `node ${id} not found`);
    return node;
  };
  return {
    inspect: () => answer(() => rawNode(found())),
    // The version comes in the query, or beside what is to be written.
    update: ({ version, _query, _body, ...rest }: RawSpec & Partial<Update>) =>
      answer(() => {
        if (found().version !== (_query?.version ?? version)) throw outOfSequence();
        const spec = _body ?? rest;
        const { Availability = "active", Labels = {} } = copied(spec) as {
          readonly Availability?: SimNode["facts"]["availability"];
          readonly Labels?: Readonly<Record<string, string>>;
        };
        swarm.setNode(id, { availability: Availability, labels: Labels });
      }),
  };
}

function handleOfConfig({ store }: Swarm, id: string) {
  const found = (): SimConfig => {
    const config = store.configs.get(id);
    if (config === undefined) throw new Refused(404, `config ${id} not found`);
    return config;
  };
  return {
    id,
    inspect: () => answer(() => rawConfig(found())),
    update: ({ _query, _body: { Labels } }: Update) =>
      answer(() => {
        const config = found();
        if (config.version !== _query.version) throw outOfSequence();
        store.putConfig({
          ...config,
          version: config.version + 1,
          spec: copied({ ...config.spec, Labels }),
        });
      }),
    remove: () =>
      answer(() => {
        if (!store.removeConfig(id)) throw new Refused(404, `config ${id} not found`);
      }),
  };
}

function outOfSequence(): Refused {
  return new Refused(500, "rpc error: code = Unknown desc = update out of sequence");
}

function putConfig({ store }: Swarm, spec: RawSpec): string {
  const name = spec["Name"];
  if ([...store.configs.values()].some((config) => config.spec["Name"] === name))
    throw new Refused(409, `config ${String(name)} already exists`);
  const id = store.newId();
  store.putConfig({ id, version: 1, spec, createdAtMs: store.clock.now() });
  return id;
}

/** A service is filtered for by its id or its name; a label is one of the task's service. */
function tasksIn(
  swarm: Swarm,
  { service: names, label = [] }: Readonly<Record<string, readonly string[]>>,
): readonly SimTask[] {
  const { store } = swarm;
  const ofServices =
    names === undefined
      ? [...store.tasks.values()]
      : names.flatMap((name) =>
          store.tasksOf(store.services.has(name) ? name : (swarm.serviceNamed(name)?.id ?? name)),
        );
  if (label.length === 0) return ofServices;
  const isMeant = carries({ label });
  return ofServices.filter(({ serviceId }) => {
    const service = store.services.get(serviceId);
    return service !== undefined && isMeant(service);
  });
}

function carries({ label: wanted = [] }: Readonly<Record<string, readonly string[]>>) {
  return ({ spec }: SimService | SimConfig): boolean => {
    const labels = (spec["Labels"] ?? {}) as Readonly<Record<string, string>>;
    return wanted.every((each) => {
      const [key = "", ...rest] = each.split("=");
      return Object.hasOwn(labels, key) && (rest.length === 0 || labels[key] === rest.join("="));
    });
  };
}

/** Through text, as over a wire: what was sent is not what is kept. */
function copied(spec: RawSpec): RawSpec {
  return JSON.parse(JSON.stringify(spec)) as RawSpec;
}

/** At a later turn, as over a wire. */
async function answer<Answer>(tell: () => Answer): Promise<Answer> {
  await Promise.resolve();
  return tell();
}
