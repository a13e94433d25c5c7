// Moves without a gap, counted: a client asks every replica all the time, and every daemon tells of its containers,
// while the product's own mover moves tasks round the nodes. BALLAST_E2E_MOVES=50 makes that many moves.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { quantile, shown } from "../../bench/support/numbers.ts";
import { firstManager } from "../../lab/ballast/deploy.ts";
import { waitFor } from "../../lab/lab.ts";
import type { MoveResult } from "../../scheduler/ports.ts";
import { followEvents, type EventLog } from "./support/container-events.ts";
import { specsOf, withoutVersions } from "./support/evidence.ts";
import { fewestRunning } from "./support/fewest-running.ts";
import { startClient, type Asked, type Tally } from "./support/gapless-client.ts";
import { createDriver } from "./support/gapless-moves.ts";
import { openTestLab, runningTasks, serviceNamed, type TestLab } from "./support/lab.ts";
import { allRun, create, removeAll } from "./support/workload.ts";

const MOVES = Number(process.env["BALLAST_E2E_MOVES"] ?? "8");
// Without a health check Swarm calls a task running, and stops the old one, before it listens: a gap that is Swarm's own.
const HEALTH_CHECK = {
  Healthcheck: {
    Test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"],
    Interval: 1e9,
    Timeout: 5e9,
    Retries: 5,
  },
};
// Both kinds of steering, that of an only replica and that of one of several, and several services at once.
const SERVICES = [
  { name: "only-1", replicas: 1, port: 8111 },
  { name: "three-1", replicas: 3, port: 8112 },
  { name: "only-2", replicas: 1, port: 8113 },
  { name: "three-2", replicas: 3, port: 8114 },
];

describe("moves without a gap", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
  });
  after(() => removeAll(test.docker));

  it(`${MOVES} moves: no request fails, and no replica is missing`, async (context) => {
    const services = await Promise.all(SERVICES.map((service) => deploy(test, service)));
    const specs = await specsOf(test.docker);
    const running = await runningIds(test, services);
    const log = await followEvents(test.lab, Date.now());
    context.after(() => {
      log.stop();
    });
    const client = await startClient(test, services);
    context.after(() => client.stop());

    const results = await moveAll(test, MOVES);
    await toldAll(test, services, running, log);
    await client.stop();
    const tally = client.tally();
    const fewest = new Map(
      services.map(({ name }) => [
        name,
        fewestRunning(log.events(), name, running.get(name) ?? [], "health_status: healthy"),
      ]),
    );
    report(results, tally, fewest);

    assert.deepEqual(
      results.filter(({ outcome, collateral }) => outcome !== "landed" || collateral > 0),
      [],
    );
    assert.equal(results.length, MOVES);
    assert.deepEqual(tally.failures, []);
    for (const { name, replicas } of services) {
      assert.equal(fewest.get(name), replicas, `${name}: containers that ran`);
      assert.equal(tally.fewestListed.get(name), replicas, `${name}: replicas that Swarm listed as running`);
      for (const id of await idsOf(test, name)) assert.ok(tally.answered.has(id), `${name}: ${id} answered`);
    }
    // Each move made one task, which answered: those that ran at first and those that came since.
    assert.equal(tally.answered.size, [...running.values()].flat().length + MOVES);
    assert.deepEqual(withoutVersions(await specsOf(test.docker)), withoutVersions(specs));
  });
});

/** Creates a service each of whose replicas can be asked at its node's address. */
async function deploy(
  { docker }: TestLab,
  { name, replicas, port }: (typeof SERVICES)[number],
): Promise<Asked> {
  const ports = [{ Protocol: "tcp", TargetPort: 8080, PublishedPort: port, PublishMode: "host" }];
  await create(docker, {
    name,
    replicas,
    memoryMb: 0,
    container: HEALTH_CHECK,
    spec: { EndpointSpec: { Mode: "dnsrr", Ports: ports } },
  });
  await allRun(docker, name, replicas);
  return { id: (await serviceNamed(docker, name)).ID, name, replicas, port };
}

/** One move of each service at a time, until there are as many. */
async function moveAll({ docker, lab }: TestLab, count: number): Promise<readonly MoveResult[]> {
  const driver = createDriver(docker, firstManager(lab).socket);
  const results: MoveResult[] = [];
  for (let turn = 0; results.length < count; turn += 1) {
    const names = SERVICES.slice(0, count - results.length).map(({ name }) => name);
    results.push(...(await driver.moveEach(names, turn)));
  }
  return results;
}

/** Waits until the daemons told of all that Swarm says: of no task that came or went is anything missing. */
async function toldAll(
  test: TestLab,
  services: readonly Asked[],
  before: ReadonlyMap<string, readonly string[]>,
  log: EventLog,
): Promise<void> {
  await waitFor("the daemons to tell of all tasks", async () => {
    const told = (action: string, task: string) =>
      log.events().some((event) => event.action === action && event.task === task);
    for (const [name, now] of await runningIds(test, services)) {
      const old = before.get(name) ?? [];
      const untold = [
        ...now.filter((id) => !old.includes(id) && !told("health_status: healthy", id)),
        ...old.filter((id) => !now.includes(id) && !told("die", id)),
      ];
      if (untold.length > 0) throw new Error(`${name}: nothing of ${untold.join(", ")}`);
    }
    return true;
  });
  assert.deepEqual(log.silent(), [], "every daemon told all the time");
}

async function runningIds(
  test: TestLab,
  services: readonly Asked[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = services.map(async ({ name }) => [name, await idsOf(test, name)] as const);
  return new Map(await Promise.all(entries));
}

async function idsOf({ docker }: TestLab, name: string): Promise<readonly string[]> {
  return (await runningTasks(docker, name)).map(({ ID }) => ID);
}

function report(results: readonly MoveResult[], tally: Tally, fewest: ReadonlyMap<string, number>): void {
  const times = results.map(({ seconds }) => seconds);
  const starts = results.map(({ startSeconds }) => startSeconds ?? Number.NaN);
  const at = (values: readonly number[]) =>
    `p50 ${shown(quantile(values, 0.5), 2)} s, p99 ${shown(quantile(values, 0.99), 2)} s`;
  const landed = results.filter(({ outcome }) => outcome === "landed").length;
  const short = SERVICES.map(({ name, replicas }) => `${name} ${fewest.get(name) ?? 0} of ${replicas}`);
  console.log(
    [
      `gapless: ${results.length} moves, ${landed} landed`,
      `gapless: ${tally.requests} requests, ${tally.failures.length} failed, ${tally.leaving} met a replica that was told to stop, slowest answer ${tally.slowestMs} ms`,
      `gapless: fewest running: ${short.join(", ")} (${tally.lists} lists of Swarm's said the same or more)`,
      `gapless: decision to verified landing: ${at(times)}; Swarm's own start of the new task: ${at(starts)}`,
    ].join("\n"),
  );
}
