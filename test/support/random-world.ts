import fc from "fast-check";
import type { Node } from "../../scheduler/domain/node.ts";
import type { Marks, Policy } from "../../scheduler/domain/policy.ts";
import type { Resources } from "../../scheduler/domain/resources.ts";
import type { Service } from "../../scheduler/domain/service.ts";
import type { Task } from "../../scheduler/domain/task.ts";
import { aNode, aPolicy, aService, aTask, GIB, LONG_AGO, NOW, TRUSTED } from "./swarm-builder.ts";
import { runs } from "./runs.ts";
import type { World } from "./world.ts";

/** How often each property is tried; fast-check prints the seed of a failure. */
export const RUNS = runs(1200);

/** Mostly the first, now and then one of the others. */
function mostly<Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 30 },
    ...others.map((other) => fc.constant(other)),
  );
}

/** Plain objects, as a parser would make them. */
function record<Model>(model: { [Key in keyof Model]: fc.Arbitrary<Model[Key]> }): fc.Arbitrary<Model> {
  return fc.record(model, { noNullPrototype: true });
}

const shares = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);

function amount(cores: number, gib: number): fc.Arbitrary<Resources> {
  return record({
    cpuCores: shares.map((share) => share * cores),
    memoryBytes: shares.map((share) => Math.round(share * gib * GIB)),
  });
}

const sizes = fc.constantFrom<readonly [cores: number, gib: number]>([2, 4], [4, 8], [8, 16]);

function randomNode(index: number): fc.Arbitrary<Node> {
  return record({
    // Swarm lets two nodes have one hostname.
    hostname: fc.constantFrom(`h${index}`, `h${index}`, "twin"),
    role: mostly<Node["role"]>("worker", "manager"),
    availability: mostly<Node["availability"]>("active", "drain", "pause"),
    state: mostly<Node["state"]>("ready", "down"),
    labels: fc.constantFrom({ zone: "a" }, { zone: "b" }, {}),
    platform: mostly({ os: "linux", architecture: "x86_64" }, { os: "linux", architecture: "aarch64" }),
    resources: sizes.map(([cpuCores, gib]) => ({ cpuCores, memoryBytes: gib * GIB })),
  }).map((over) => aNode(`n${index}`, over));
}

function randomService(index: number): fc.Arbitrary<Service> {
  const recently = NOW - 60_000;
  return record({
    mode: mostly<Service["mode"]>("replicated", "global", "replicated-job"),
    labels: mostly<Service["labels"]>({}, { "ballast.move": "never" }),
    constraints: mostly([], ["node.labels.zone==a"], ["node.role!=manager"], ["node.id!=n1"]),
    spreadOver: mostly([], ["node.labels.zone"]),
    platforms: mostly([], [{ os: "linux", architecture: "amd64" }]),
    maxReplicasPerNode: mostly(0, 1, 2),
    reservations: fc.oneof(fc.constant({ cpuCores: 0, memoryBytes: 0 }), amount(1, 2)),
    mounts: mostly<Service["mounts"]>(
      [],
      [{ type: "volume", target: "/data", readOnly: false, shared: false }],
    ),
    hostPorts: mostly<Service["hostPorts"]>([], [{ port: 80, protocol: "tcp" }]),
    updateState: mostly<string | null>(null, "completed", "updating"),
    updatedAtMs: mostly(LONG_AGO, recently),
    replicas: mostly(0, 1),
  }).map((over) => aService(`s${index}`, over));
}

interface Placed {
  readonly task: Task;
  readonly load: Resources;
  readonly measured: boolean;
}

function randomTask(service: Service, slot: number, nodes: readonly Node[]): fc.Arbitrary<Placed> {
  return record({
    task: record({
      nodeId: fc.constantFrom(...nodes.map(({ id }) => id)),
      life: mostly(["running", "running"], ["starting", "running"], ["shutdown", "shutdown"]),
      stateSinceMs: mostly(LONG_AGO, NOW - 60_000),
    }).map(({ nodeId, life: [state = "", desired = ""], stateSinceMs }) =>
      aTask(`${service.id}.${slot}`, { nodeId, state, desired, stateSinceMs }),
    ),
    load: amount(1.5, 3),
    measured: mostly(true, true, false),
  });
}

/** A service with up to four copies. Its record of how many it wants may be one too high. */
function randomStanding(
  index: number,
  nodes: readonly Node[],
): fc.Arbitrary<{ readonly service: Service; readonly placed: readonly Placed[] }> {
  return fc.tuple(randomService(index), fc.constantFrom(1, 1, 1, 2, 3, 4)).chain(([service, copies]) =>
    fc
      .tuple(...Array.from({ length: copies }, (_, at) => randomTask(service, at + 1, nodes)))
      .map((placed) => {
        const live = placed.filter(({ task }) => task.state !== "shutdown").length;
        return { service: { ...service, replicas: live + (service.replicas ?? 0) }, placed };
      }),
  );
}

/** A trusted swarm of up to six nodes and a dozen services, with a share of everything that may stand in a move's way. */
export const randomWorld: fc.Arbitrary<World> = fc
  .integer({ min: 1, max: 6 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => randomNode(index + 1))))
  .chain((nodes) =>
    record({
      standings: fc
        .integer({ min: 0, max: 12 })
        .chain((count) =>
          fc.tuple(...Array.from({ length: count }, (_, index) => randomStanding(index + 1, nodes))),
        ),
      beside: fc.tuple(...nodes.map(() => amount(0.5, 1))),
      blind: fc.tuple(...nodes.map(() => mostly(false, true))),
    }).map(({ standings, beside, blind }): World => {
      const placed = standings.flatMap((standing) => standing.placed);
      const unmeasured = placed.filter(({ measured }) => !measured).map(({ task }) => task.id);
      return {
        nowMs: NOW,
        nodes,
        services: standings.map(({ service }) => service),
        tasks: placed.map(({ task }) => task),
        loads: Object.fromEntries(placed.map(({ task, load }) => [task.id, load])),
        beside: Object.fromEntries(nodes.map(({ id }, index) => [id, beside[index]])) as World["beside"],
        unmeasured: new Set([
          ...unmeasured,
          ...nodes.filter((_, index) => blind[index] === true).map(({ id }) => id),
        ]),
        inputs: TRUSTED,
      };
    }),
  );

const randomMarks: fc.Arbitrary<Marks> = record({
  target: fc.integer({ min: 30, max: 80 }),
  band: fc.integer({ min: 2, max: 20 }),
}).map(({ target, band }) => ({ target: target / 100, high: (target + band) / 100, quantile: 1 }));

export const randomPolicy: fc.Arbitrary<Policy> = record({
  marks: record({ cpu: randomMarks, memory: randomMarks }),
  movesPerRound: fc.integer({ min: 1, max: 5 }),
}).map((over) => aPolicy(over));
