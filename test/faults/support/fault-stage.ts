import axios from "axios";
import Docker from "dockerode";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { firstManager } from "../../../lab/ballast/deploy.ts";
import { waitFor } from "../../../lab/lab.ts";
import { isUp, rawServiceOf, rawTasksOf, type RawService, type RawTask } from "../../../scheduler/act/raw.ts";
import type { Snapshot } from "../../../scheduler/domain/snapshot.ts";
import { STEER_LABEL } from "../../../scheduler/domain/steer.ts";
import { writeProvenJournal } from "../../e2e/support/proven-journal.ts";
import { startFaultProxy, type FaultProxy } from "./fault-proxy.ts";
import { unrestOf } from "./fault-service.ts";
import { tasksOf, type TestLab } from "../../e2e/support/lab.ts";
import { startScheduler, type Ending, type TestScheduler } from "../../e2e/support/scheduler.ts";
import { allRun, create, edit, removeAll } from "../../e2e/support/workload.ts";

/** A service that the matrix moves, time and again. */
export interface Mover {
  readonly name: string;
  readonly id: string;
  readonly replicas: 1 | 3;
}

/** A swarm in which one task of every gathered service must leave node2, and a proxy before its manager. */
export interface Stage {
  readonly test: TestLab;
  readonly proxy: FaultProxy;
  readonly movers: readonly Mover[];
  /**
   * Sets the marks by what the crowded node carries now without the movers: the kernel takes back what lies idle, so that
   * after half an hour it is less than it was.
   */
  readonly measure: (context: Ending) => Promise<void>;
  /**
   * Starts a scheduler that moves one task of every service that was gathered, all at once. It knows of no failure, since
   * those of one round must not slow the next. It is the one whom `kill` kills.
   */
  readonly start: (context: Ending) => Promise<TestScheduler>;
  /** The value of the owner's label that was last written to a service by a fault, by its id. */
  readonly touched: ReadonlyMap<string, string>;
}

/** The label that an owner writes while a move is under way. */
export const OWNER_LABEL = "owner.touched";
/** More than an old task takes to stop: so it is this time that says which watch is the last. */
export const STABILITY_SECONDS = 4;

const CROWDED = "node2";
const WEIGHT = "weight";
const SINGLES = 8;
const TRIPLES = 3;
const EACH_MB = 40;
/** Stays on the crowded node for good, so that it is the one that must give. */
const BALLAST_MB = 400;
const MIB = 2 ** 20;
/** A task of a mover uses more than twice this, with its runtime: the last of them must leave too. */
const ROOM_BYTES = 25 * MIB;
const BAND_BYTES = 6 * MIB;
const PACE = {
  // Only when it is asked to: what is faulty is this one move.
  BALLAST_SCHEDULE: "1h",
  BALLAST_LOAD_WINDOW: "5s",
  BALLAST_MOVES_STABILITY: `${STABILITY_SECONDS}s`,
  // More than the scheduler waits for an answer of Docker: a move survives one that never comes.
  BALLAST_MOVES_DEADLINE: "15s",
  BALLAST_MOVES_PER_ROUND: String(SINGLES + TRIPLES),
  BALLAST_MOVES_AT_ONCE: String(SINGLES + TRIPLES),
};

/** Sets the stage up. What it makes is removed when the context ends. */
export async function setStage(context: Ending, test: TestLab): Promise<Stage> {
  const { docker, lab } = test;
  const touched = new Map<string, string>();
  let exposed: TestScheduler | null = null;
  let writes = 0;
  let starts = 0;
  const folder = await mkdtemp(join(tmpdir(), "ballast-faults-"));
  const proxy = await startFaultProxy(firstManager(lab).socket, {
    kill: () => void exposed?.process.kill("SIGKILL"),
    async ownerWrites(id) {
      const value = String((writes += 1));
      await edit(docker, id, (spec) => withLabel(spec, value));
      touched.set(id, value);
    },
  });
  context.after(async () => {
    proxy.close();
    await rm(folder, { recursive: true });
    await removeAll(docker);
  });
  await removeAll(docker);
  const constraints = [`node.hostname==${CROWDED}`];
  await create(docker, { name: WEIGHT, replicas: 1, memoryMb: BALLAST_MB, constraints });
  await allRun(docker, WEIGHT, 1);
  let marks: NodeJS.ProcessEnv = {};
  const movers: Mover[] = [];
  for (let index = 1; index <= SINGLES + TRIPLES; index += 1) {
    const replicas = index <= SINGLES ? 1 : 3;
    const name = `${replicas === 1 ? "single" : "triple"}-${index}`;
    await create(docker, { name, replicas, memoryMb: EACH_MB, constraints: [pinOf(replicas)] });
    movers.push({ name, replicas, id: (await inspect(docker, name)).id });
  }
  for (const { name, replicas } of movers) await allRun(docker, name, replicas);
  return {
    test,
    proxy,
    movers,
    touched,
    async measure(ending) {
      marks = await marksFor(ending, test);
    },
    async start(ending) {
      const journal = join(folder, `journal-${(starts += 1)}.db`);
      writeProvenJournal(journal, SINGLES + TRIPLES);
      exposed = await startScheduler(ending, test, "act", {
        ...PACE,
        ...marks,
        BALLAST_DOCKER_HOST: proxy.host,
        BALLAST_JOURNAL_PATH: journal,
      });
      return exposed;
    },
  };
}

/** The crowded node may hold what stays on it, and of the movers, wherever they stand now, not one. */
async function marksFor(context: Ending, test: TestLab): Promise<NodeJS.ProcessEnv> {
  const observer = await startScheduler(context, test, "observe", { BALLAST_LOAD_WINDOW: "5s" });
  await observer.decided(
    "every node's load",
    (entry) =>
      entry.decision.nodes.length > 0 &&
      entry.decision.nodes.every(({ load, notes }) => load !== null && notes.length === 0),
  );
  const { data } = await axios.get<Snapshot>(`${observer.url}/v1/snapshot`, { proxy: false });
  await observer.end("SIGTERM");
  const node = data.nodeUsage[await test.nodeId(CROWDED)];
  const weight = data.services.find(({ name }) => name === WEIGHT)?.id;
  const task = data.tasks.find(({ serviceId, state }) => serviceId === weight && state === "running");
  const own = data.taskUsage[task?.id ?? ""];
  if (node === undefined || own === undefined) throw new Error(`no load of ${CROWDED}`);
  const used = node.remainder.memoryBytes + own.memoryBytes;
  const mark = (bytes: number) => `${((100 * (used + bytes)) / node.capacity.memoryBytes).toFixed(2)}%`;
  return {
    BALLAST_MARKS_MEMORY_TARGET: mark(ROOM_BYTES),
    BALLAST_MARKS_MEMORY_HIGH: mark(ROOM_BYTES + BAND_BYTES),
  };
}

/** An only replica is held on the crowded node; of three, each on another node, none on the first. */
function pinOf(replicas: 1 | 3): string {
  return replicas === 1 ? `node.hostname==${CROWDED}` : "node.hostname!=node1";
}

/**
 * Brings one task of each to the crowded node and takes away what held it there. Its owner does this through the proxy,
 * so that every read has an answer from before the last write.
 */
export async function gather({ test, proxy }: Stage, movers: readonly Mover[]): Promise<void> {
  const docker = new Docker({ host: "127.0.0.1", port: proxy.port, protocol: "http" });
  await Promise.all(
    movers.map(({ id, replicas }) => edit(docker, id, (spec) => constrained(spec, [pinOf(replicas)]))),
  );
  const crowded = await test.nodeId(CROWDED);
  await Promise.all(
    movers.map(async (mover) => {
      await waitFor(
        `${mover.name} to stand on ${CROWDED}`,
        async () => {
          const tasks = await tasksNow(docker, mover.id);
          const unrest = unrestOf(mover.replicas, tasks);
          if (unrest !== null) throw new Error(unrest);
          return tasks.some((task) => isUp(task) && task.nodeId === crowded);
        },
        { timeoutMs: 60_000, everyMs: 250 },
      );
      await edit(docker, mover.id, (spec) => constrained(spec, []));
    }),
  );
}

/** A mover as Swarm has it. */
export interface Standing {
  readonly service: RawService;
  readonly tasks: readonly RawTask[];
}

/** All of them at one moment, by id. */
export async function standings({ test, movers }: Stage): Promise<ReadonlyMap<string, Standing>> {
  const [services, tasks] = await Promise.all([
    Promise.all(movers.map(({ id }) => inspect(test.docker, id))),
    test.docker.listTasks(),
  ]);
  const owners = tasks as readonly { readonly ServiceID: string }[];
  return new Map(
    services.map((service) => {
      const own = owners.filter(({ ServiceID }) => ServiceID === service.id);
      return [service.id, { service, tasks: rawTasksOf(own) }];
    }),
  );
}

/** Whether nothing of Ballast is on it and nothing of it comes or goes. */
export function isAtRest(mover: Mover, standing: Standing | undefined): boolean {
  if (standing === undefined) return false;
  const isSteered = standing.service.labels[STEER_LABEL] !== undefined;
  return !isSteered && unrestOf(mover.replicas, standing.tasks) === null;
}

/** Looks at all movers several times a second. */
export interface RestWatch {
  /** When a mover was last seen not at rest, in milliseconds since the epoch; undefined when it never was. */
  lastRestlessMs(id: string): number | undefined;
  stop(): Promise<void>;
}

/** Starts to look. */
export function watchRest(stage: Stage): RestWatch {
  const stopped = new AbortController();
  const last = new Map<string, number>();
  const watch = async () => {
    while (!stopped.signal.aborted) {
      const atMs = Date.now();
      const now = await standings(stage);
      for (const mover of stage.movers) if (!isAtRest(mover, now.get(mover.id))) last.set(mover.id, atMs);
      await delay(200);
    }
  };
  const watching = watch();
  return {
    lastRestlessMs: (id) => last.get(id),
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}

async function inspect(docker: Docker, service: string): Promise<RawService> {
  return rawServiceOf(await docker.getService(service).inspect());
}

async function tasksNow(docker: Docker, id: string): Promise<readonly RawTask[]> {
  return rawTasksOf(await tasksOf(docker, id));
}

type Spec = Readonly<Record<string, unknown>>;

function constrained(spec: Spec, constraints: readonly string[]): Spec {
  const template = spec["TaskTemplate"] as Spec;
  return { ...spec, TaskTemplate: { ...template, Placement: { Constraints: constraints } } };
}

/** The spec with the owner's label at this value. */
export function withLabel(spec: Spec, value: string): Spec {
  return { ...spec, Labels: { ...(spec["Labels"] as Spec), [OWNER_LABEL]: value } };
}
