// Three managers, a scheduler beside each: whatever becomes of the managers in the middle of a move, it is finished or
// undone once, and the service is whole and its owner's. One fault at a time; each is healed before the next. A leader
// that hangs is taken with BALLAST_E2E_MATRIX=full only.
import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import { waitFor } from "../../lab/lab.ts";
import type { Decision } from "../../scheduler/domain/decision.ts";
import type { MoveResult } from "../../scheduler/ports.ts";
import { openTestLab, type TestLab } from "../e2e/support/lab.ts";
import { createMeeting, startFlatteringProxy } from "./support/managers-proxy.ts";
import { steeredAmong, type Original } from "./support/fault-service.ts";
import { cameThrough, endingsOf, PATIENT, setCandidate, takenOver } from "./support/managers-stage.ts";
import {
  cutOff,
  deposeByFreezing,
  healManagers,
  killDaemon,
  promoteManagers,
  setRole,
  type Managers,
} from "./support/managers.ts";
import type { TestScheduler } from "../e2e/support/scheduler.ts";
import { removeAll } from "../e2e/support/workload.ts";

const FINISHED = ["landed", "undone"];

describe("schedulers beside three managers", () => {
  const endings: (() => Promise<void>)[] = [];
  let test: TestLab;
  let managers: Managers;
  before(async () => {
    test = await openTestLab();
    managers = await promoteManagers({ after: (work) => endings.push(work) }, test);
  });
  after(async () => {
    for (const end of endings.toReversed()) await end();
    await removeAll(test.docker);
  });

  it("cannot both write, though both take themselves for the one to act", async (context) => {
    const candidate = await setCandidate(test, "both", ["node1", "node3", "node4"]);
    const meeting = createMeeting();
    const proxies = await Promise.all(
      ["node1", "node3"].map(async (hostname) =>
        startFlatteringProxy(managers.node(hostname).socket, await test.nodeId(hostname), meeting),
      ),
    );
    context.after(() => {
      for (const proxy of proxies) proxy.close();
    });
    const rivals = await Promise.all(
      proxies.map(({ host }) =>
        managers.schedulerAt(context, "node1", { ...PATIENT, BALLAST_DOCKER_HOST: host }),
      ),
    );
    const results = await waitFor(
      "both to have ended the move",
      async () => {
        const each = await Promise.all(rivals.map((rival) => endingsOf(rival, candidate)));
        const all = each.flat();
        return (
          each.every(({ length }) => length > 0) && all.some(({ outcome }) => outcome === "landed") && all
        );
      },
      { timeoutMs: 120_000, everyMs: 250 },
    );
    for (const rival of rivals) await rival.rounds(2);
    for (const rival of rivals) assert.equal(await rival.end("SIGTERM"), 0);
    const gap = await cameThrough(managers, candidate);
    assert.equal(gap, null);
    const [landed, ...more] = results.filter(({ outcome }) => outcome !== "gave_way");
    assert.deepEqual([landed?.outcome, more], ["landed", []]);
    const conflicts = proxies.reduce((sum, proxy) => sum + proxy.conflicts(), 0);
    assert.ok(meeting.met() > 0 && conflicts > 0, `${meeting.met()} met, ${conflicts} conflicts`);
    assert.ok(conflicts >= meeting.met(), "of two writes that meet, one is refused");
  });

  it("act beside the leader alone, and take its move over when its machine dies with it", async (context) => {
    const led = await managers.leader();
    const standing = await startAll(context, others(led));
    const candidate = await setCandidate(test, "dead", others(led));
    for (const scheduler of standing.values()) {
      const entry = await scheduler.decided("to stand by", ({ withheld }) => withheld !== null);
      assert.deepEqual([entry.leads, entry.results], [false, []]);
      assert.match(entry.withheld ?? "", /^standing by/);
    }
    const acting = await managers.schedulerAt(context, led, PATIENT);
    await steeredAmong(test.docker, [candidate.name]);
    healedAfter(context, led);
    killDaemon(managers, led);
    await acting.end("SIGKILL");
    const result = await takenOver([...standing.values()], candidate);
    assert.ok(FINISHED.includes(result.outcome), result.detail);
    await healManagers(managers, led);
    report("leader killed", result, await cameThrough(managers, candidate));
  });

  it("end the move of a leader that is cut off, whatever that one takes itself for", async (context) => {
    const led = await leaderThatMayBeCut();
    const all = await startAll(context);
    const candidate = await setCandidate(test, "cut", others(led));
    await steeredAmong(test.docker, [candidate.name]);
    healedAfter(context, led);
    await cutOff(managers, led);
    const result = await takenOver(besides(all, led), candidate);
    assert.ok(FINISHED.includes(result.outcome), result.detail);
    await healManagers(managers, led);
    report("leader cut off", result, await cameThrough(managers, candidate));
    await stoodDown(at(all, led), candidate);
    assert.equal(await at(all, led).end("SIGTERM"), 0);
  });

  it("stand by without a quorum, say what to mend, and go on when there is one", async (context) => {
    const led = await managers.leader();
    const all = await startAll(context);
    // Prometheus stands on the first node: that is the last to lose.
    const [left = "", second = ""] = others(led);
    const candidate = await setCandidate(test, "quorum", [left]);
    await steeredAmong(test.docker, [candidate.name]);
    healedAfter(context, led, second);
    for (const hostname of [led, second]) killDaemon(managers, hostname);
    await at(all, led).end("SIGKILL");
    await saysWhy(
      at(all, left),
      /the swarm does not have a leader.*more than half of the managers are online/i,
    );
    await managers.schedulerAt(context, led, PATIENT).then((again) => all.set(led, again));
    await healManagers(managers, led, second);
    const result = await takenOver([...all.values()], candidate);
    report("quorum lost", result, await cameThrough(managers, candidate));
    await levelAgain(all);
  });

  it("leave a move as it stands where the leader lost its quorum, and end it once there is one", async (context) => {
    const led = await managers.leader();
    const all = await startAll(context);
    // Where the new task starts, its daemon lives on. Nothing that it says is taken in without a quorum.
    const candidate = await setCandidate(test, "alone", [led]);
    await steeredAmong(test.docker, [candidate.name]);
    healedAfter(context, ...others(led));
    for (const hostname of others(led)) killDaemon(managers, hostname);
    await saysWhy(at(all, led), /the swarm does not have a leader/i);
    await healManagers(managers, ...others(led));
    const result = await takenOver([...all.values()], candidate);
    report("the leader's quorum lost", result, await cameThrough(managers, candidate));
    await levelAgain(all);
  });

  it("leave a move to the others where the leader is demoted, and say why", async (context) => {
    const led = await leaderThatMayBeCut();
    const all = await startAll(context);
    // Demoting takes the swarm some seconds: first the leader hands over, then the next one makes it a worker.
    const candidate = await setCandidate(test, "demoted", others(led), 10);
    await steeredAmong(test.docker, [candidate.name]);
    context.after(() => setRole(managers, led, "manager"));
    await setRole(managers, led, "worker");
    const result = await takenOver(besides(all, led), candidate);
    assert.ok(FINISHED.includes(result.outcome), result.detail);
    report("leader demoted", result, await cameThrough(managers, candidate));
    await saysWhy(at(all, led), /not a swarm manager/i);
    await stoodDown(at(all, led), candidate);
    await setRole(managers, led, "manager");
    const promotedMs = Date.now();
    await at(all, led).decided(
      "to stand by",
      ({ decision, leads }) => !leads && isTrustedSince(decision, promotedMs),
    );
    await levelAgain(all);
  });

  const isFull = process.env["BALLAST_E2E_MATRIX"] === "full";
  it("end the move of a leader that hangs, and let it find so", { skip: !isFull }, async (context) => {
    const led = await managers.leader();
    const all = await startAll(context);
    const candidate = await setCandidate(test, "hung", others(led));
    await steeredAmong(test.docker, [candidate.name]);
    assert.ok(others(led).includes(await deposeByFreezing(managers, led)));
    const result = await takenOver(besides(all, led), candidate);
    assert.ok(FINISHED.includes(result.outcome), result.detail);
    await managers.calm();
    report("leader hung", result, await cameThrough(managers, candidate));
    await stoodDown(at(all, led), candidate);
    assert.equal(await at(all, led).end("SIGTERM"), 0);
  });

  function others(hostname: string): readonly string[] {
    return managers.nodes.map(({ name }) => name).filter((name) => name !== hostname);
  }

  type Beside = Map<string, TestScheduler>;

  async function startAll(
    context: TestContext,
    hostnames: readonly string[] = managers.nodes.map(({ name }) => name),
  ): Promise<Beside> {
    return new Map(
      await Promise.all(
        hostnames.map(async (name) => [name, await managers.schedulerAt(context, name, PATIENT)] as const),
      ),
    );
  }

  /** The swarm is level, and all end in good order. */
  async function levelAgain(all: Beside): Promise<void> {
    const sinceMs = Date.now();
    await at(all, await managers.leader()).decided(
      "a look that can be trusted",
      ({ decision, leads }) => leads && decision.outcome !== "plan" && isTrustedSince(decision, sinceMs),
    );
    for (const scheduler of all.values()) assert.equal(await scheduler.end("SIGTERM"), 0);
  }

  /** Prometheus stands on the first node: to cut that one off would blind them all. */
  async function leaderThatMayBeCut(): Promise<string> {
    const led = await managers.leader();
    if (led !== "node1") return led;
    const elected = await deposeByFreezing(managers, led);
    await managers.calm();
    return elected;
  }

  /** Whatever the test comes to: the next one begins with a whole swarm. */
  function healedAfter(context: TestContext, ...hostnames: readonly string[]): void {
    context.after(() => healManagers(managers, ...hostnames));
  }
});

function at(all: ReadonlyMap<string, TestScheduler>, hostname: string): TestScheduler {
  const scheduler = all.get(hostname);
  assert.ok(scheduler !== undefined, hostname);
  return scheduler;
}

function besides(all: ReadonlyMap<string, TestScheduler>, hostname: string): readonly TestScheduler[] {
  return [...all].filter(([name]) => name !== hostname).map(([, scheduler]) => scheduler);
}

function isTrustedSince({ at, outcome }: Decision, sinceMs: number): boolean {
  return outcome !== "untrusted" && Date.parse(at) > sinceMs;
}

/** It stands by, is well all the same, and says what is the matter with its manager. */
async function saysWhy(scheduler: TestScheduler, why: RegExp): Promise<void> {
  const { decision, leads } = await scheduler.decided("what is the matter", (entry) =>
    why.test(entry.decision.reason),
  );
  assert.deepEqual([leads, decision.outcome, decision.moves], [false, "untrusted", []]);
  assert.match(decision.reason, /the swarm cannot be read: /);
  for (const path of ["/healthz", "/readyz"]) assert.equal((await fetch(scheduler.url + path)).status, 200);
}

/**
 * The one that led comes to its end too: it gave way to the one that took its move over, or ended it first, or found no
 * manager that takes its calls for so long that it left the move to others.
 */
async function stoodDown(scheduler: TestScheduler, candidate: Original): Promise<void> {
  const [result] = await waitFor("the former leader's scheduler to end its move", async () => {
    const endings = await endingsOf(scheduler, candidate);
    return endings.length > 0 && endings;
  });
  assert.ok(result !== undefined);
  if (result.outcome === "failed") assert.match(result.detail, /no manager takes our calls/);
  else assert.ok(["gave_way", ...FINISHED].includes(result.outcome), result.detail);
}

function report(what: string, { outcome, seconds, detail }: MoveResult, gap: string | null): void {
  console.log(
    `managers: ${what}: taken over and ${outcome} after ${seconds.toFixed(1)} s (${detail}); ${gap ?? "no gap"}`,
  );
}
