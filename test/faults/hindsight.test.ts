import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import axios from "axios";
import { dockerOf, IMAGES, waitFor } from "../../lab/lab.ts";
import type { MoveVerdict } from "../../scheduler/journal/journal.ts";
import { docker as dockerCommand } from "../e2e/support/container.ts";
import { openTestLab, runningTasks, serviceNamed, type TestLab } from "../e2e/support/lab.ts";
import { startScheduler, type TestScheduler } from "../e2e/support/scheduler.ts";
import { crowd, removeAll, type Workload } from "../e2e/support/workload.ts";

const NEVER = { "ballast.test": "1", "ballast.move": "never" };
/** Fills half of node2, with another one of its size more than that, and stays. */
const SETTLED = { name: "settled", replicas: 1, memoryMb: 360, spec: { Labels: NEVER } };
/** Where the tests move to: with node2, the only node that their services may stand on. */
const TARGET = "node3";
const ONLY_TWO = ["node.hostname!=node1", "node.hostname!=node4"];
const NEIGHBOUR_PORT = 8131;

describe("a move that landed", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
  });
  after(() => removeAll(test.docker));

  it("is taken back once when its node then holds more than the one it left, and that is remembered", async (context) => {
    await removeAll(test.docker);
    await crowd(test.docker, TARGET, [neighbour(20)]);
    await crowd(test.docker, "node2", [aTraveller("wanderer"), SETTLED]);
    const { Spec } = await serviceNamed(test.docker, "wanderer");
    const journal = aJournalPath(context);
    const scheduler = await startScheduler(context, test, "act", journal);

    await waitFor("the move to begin", () => scheduler.output().includes('"step":"steer"'), {
      timeoutMs: 120_000,
    });
    // It is too late for the plan to know, and early enough for the load by which the move is judged.
    await hold(test, 500);
    const { decision } = await takenBack(scheduler, "wanderer");
    assert.match(
      decision.moves[0]?.reason ?? "",
      /^taken back: node3 stands at \d+ % memory, more than node2 did \(\d+ %\); back there it would be \d+ %$/,
    );

    // node3 has all the room again that the first plan saw, and node2 calls for a move as it did.
    await hold(test, 20);
    const lesson = /^a move of it there was regretted: node3 stands at \d+ % memory/;
    await staysOff(scheduler, "wanderer", lesson);
    await isJudged(scheduler, ["worse", "kept"]);
    assert.equal(await scheduler.end("SIGTERM"), 0);
    assert.deepEqual((await serviceNamed(test.docker, "wanderer")).Spec, Spec);
    assert.equal((await runningTasks(test.docker, "wanderer")).length, 1);

    // The next one has it from the journal.
    await staysOff(await startScheduler(context, test, "act", journal), "wanderer", lesson);
  });

  it("is taken back once when its task then fails there, and that is remembered", async (context) => {
    await removeAll(test.docker);
    // Swarm starts a task anew where fewer stand: on node3, which has none but this one.
    await crowd(test.docker, "node2", [aTraveller("homesick", SICK_ON_DEMAND), SETTLED]);
    const { Spec } = await serviceNamed(test.docker, "homesick");
    const scheduler = await startScheduler(context, test, "act");

    await scheduler.decided("a landed move", ({ results }) =>
      results.some(({ outcome, toName }) => outcome === "landed" && toName === TARGET),
    );
    await sicken(test, "homesick");
    const { decision } = await takenBack(scheduler, "homesick");
    assert.match(decision.moves[0]?.reason ?? "", /^taken back: 1 task\(s\) of it failed or ended there: /);
    await staysOff(
      scheduler,
      "homesick",
      /^a move of it there was regretted: 1 task\(s\) of it failed or ended there/,
    );
    assert.equal(await scheduler.end("SIGTERM"), 0);
    assert.deepEqual((await serviceNamed(test.docker, "homesick")).Spec, Spec);
    assert.equal((await runningTasks(test.docker, "homesick")).length, 1);
  });

  it("teaches how long its task was being prepared, which is where an image is pulled", async (context) => {
    await removeAll(test.docker);
    const registry = await startSlowRegistry(context);
    const image = { repo: `${machineAddress(test)}:${registry.port}/slow`, tag: "1" };
    const name = `${image.repo}:${image.tag}`;
    for (const node of test.lab.nodes) await dockerOf(node).getImage(IMAGES.workload).tag(image);
    context.after(async () => {
      await removeAll(test.docker);
      for (const node of test.lab.nodes) await dockerOf(node).getImage(name).remove();
    });
    await crowd(test.docker, "node2", [{ ...aTraveller("heavy"), image: name }, SETTLED]);
    const asked = registry.calls();
    const scheduler = await startScheduler(context, test, "act");

    const { results } = await scheduler.decided("a move", (entry) => entry.results.length > 0);
    assert.equal(results[0]?.outcome, "landed", results[0]?.detail);
    assert.ok(registry.calls() > asked, "node3 asked the registry for it");
    const { data } = await axios.get<{ readonly prices: readonly Price[] }>(`${scheduler.url}/v1/prices`);
    const price = data.prices.find(({ service }) => service === "heavy");
    const { medianPrepareSeconds: prepare, medianStartSeconds: start } = price ?? {};
    assert.ok(prepare != null && prepare >= SLOW_MS / 1000, `it took ${prepare} s`);
    assert.ok(start != null && start >= prepare, `of ${start} s until it ran`);
  });
});

/** A service that is moved from node2 to node3 when node2 is too full, since it may stand nowhere else. */
function aTraveller(name: string, container: Workload["container"] = {}): Workload {
  return { name, replicas: 1, memoryMb: 360, constraints: ONLY_TWO, container };
}

/** A service on the target that stays, and takes as much memory as it is told to over HTTP. */
function neighbour(memoryMb: number): Workload {
  const port = { Protocol: "tcp", TargetPort: 8080, PublishedPort: NEIGHBOUR_PORT, PublishMode: "host" };
  const EndpointSpec = { Mode: "dnsrr", Ports: [port] };
  return { name: "neighbour", replicas: 1, memoryMb, spec: { Labels: NEVER, EndpointSpec } };
}

/** Has the neighbour hold so much memory. */
async function hold({ nodeNamed }: TestLab, memoryMb: number): Promise<void> {
  const url = `http://${nodeNamed(TARGET).address}:${NEIGHBOUR_PORT}/load?memory_mb=${memoryMb}`;
  await axios.get(url, { timeout: 10_000 });
}

/** Told to stop, as an unhealthy task is, it ends as if nothing was wrong. */
const SICK_ON_DEMAND = {
  Healthcheck: { Test: ["CMD", "test", "!", "-e", "/sick"], Interval: 1e9, Timeout: 5e9, Retries: 1 },
};

/** Makes the task's health check fail from now on; the one that Swarm starts for it is healthy. */
async function sicken({ docker, nodeNamed }: TestLab, service: string): Promise<void> {
  const [task] = await runningTasks(docker, service);
  const container = task?.Status.ContainerStatus?.ContainerID ?? "none";
  await dockerCommand(nodeNamed(TARGET), "exec", "--user", "root", container, "touch", "/sick");
}

/** Waits for the landing of the way back, to node2. */
async function takenBack(scheduler: TestScheduler, service: string) {
  const entry = await scheduler.decided(
    "a move to be taken back",
    ({ decision, results }) => decision.cause === "regret" && results.length > 0,
  );
  const [result, ...others] = entry.results;
  assert.deepEqual([result?.service, result?.outcome, result?.toName], [service, "landed", "node2"]);
  assert.deepEqual(others, []);
  return entry;
}

/** Moves are called for, the target has room, and yet the service is kept off it by what was learned there. */
async function staysOff(scheduler: TestScheduler, service: string, lesson: RegExp): Promise<void> {
  const { decision } = await scheduler.decided(`${service} to be kept off ${TARGET}`, (entry) => {
    const { outcome, nodes, refusals } = entry.decision;
    const target = nodes.find(({ hostname }) => hostname === TARGET)?.load?.memory.ratio ?? 1;
    const isKept = refusals.some(
      (refusal) => refusal.service === service && refusal.filter === "lesson" && refusal.node === TARGET,
    );
    return outcome === "stuck" && target < 0.25 && isKept;
  });
  const refusal = decision.refusals.find(({ filter }) => filter === "lesson");
  assert.match(refusal?.detail ?? "", lesson);
  await scheduler.rounds(3);
  // There and back, at the most: what an earlier run did does not stand in this one's results.
  const moves = (await scheduler.journal()).flatMap(({ results }) => results);
  assert.deepEqual(moves.map(({ toName }) => toName).slice(0, -2), []);
}

/** Waits until the journal has these verdicts and no others, oldest first. */
async function isJudged({ url }: TestScheduler, verdicts: readonly MoveVerdict["outcome"][]): Promise<void> {
  await waitFor(
    `the verdicts ${verdicts.join(", ")}`,
    async () => {
      const { data } = await axios.get<string>(`${url}/v1/history`, { responseType: "text" });
      const lines = data
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Line);
      const seen = lines.flatMap(({ kind, outcome }) => (kind === "verdict" ? [outcome] : []));
      if (seen.join() === verdicts.join()) return true;
      throw new Error(seen.join());
    },
    { timeoutMs: 120_000 },
  );
}

interface Line {
  readonly kind: string;
  readonly outcome?: string;
}

interface Price {
  readonly service: string;
  readonly medianStartSeconds: number | null;
  readonly medianPrepareSeconds: number | null;
}

/** Where a journal may be kept until the test ends. */
function aJournalPath(context: TestContext): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), "ballast-e2e-"));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  return { BALLAST_JOURNAL_PATH: join(folder, "journal.db") };
}

/** As the nodes reach this machine: the last address but one of their net. */
function machineAddress({ lab }: TestLab): string {
  return (lab.nodes[0]?.address ?? "").replace(/\.\d+$/, ".254");
}

const SLOW_MS = 3000;

interface SlowRegistry {
  readonly port: number;
  /** How often it was asked. */
  readonly calls: () => number;
}

/** A registry that takes its time to say nothing; Docker then starts the image that the node has. */
async function startSlowRegistry(context: TestContext): Promise<SlowRegistry> {
  let calls = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    calls += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    void delay(SLOW_MS).then(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  context.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { port: address.port, calls: () => calls };
}
