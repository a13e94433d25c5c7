import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createLedger, type Ledger } from "../../../../agent/services/ledger.ts";
import type { Tally } from "../../../../agent/services/lives.ts";
import type { ContainerEnd, ContainerEvent, ListedContainer } from "../../../../agent/sources/docker/api.ts";

function labelsOf(task: string): Readonly<Record<string, string>> {
  return { "com.docker.swarm.service.name": "web", "com.docker.swarm.task.name": task };
}

/** A daemon's side of the story: what it would tell by events, list and inspect. Named a fake because it is one. */
class FakeHistory {
  readonly events: ContainerEvent[] = [];
  readonly #containers = new Map<
    string,
    { task: string; running: boolean; end: ContainerEnd | null; startedAt: number }
  >();
  #now = 1000;

  #tell(id: string, action: string, more: Readonly<Record<string, string>> = {}): void {
    this.#now += 10;
    const task = this.#containers.get(id)?.task ?? "";
    this.events.push({ id, action, attributes: { ...labelsOf(task), ...more }, at: this.#now });
  }

  start(id: string, task: string): void {
    this.#containers.set(id, { task, running: true, end: null, startedAt: this.#now + 10 });
    this.#tell(id, "start");
  }

  end(
    id: string,
    how: { readonly exitCode: number; readonly oom?: boolean; readonly asked?: boolean },
  ): void {
    const container = this.#containers.get(id);
    if (container?.running !== true) return;
    if (how.asked === true) this.#tell(id, "kill", { signal: "15" });
    if (how.oom === true) this.#tell(id, "oom");
    container.running = false;
    const { startedAt } = container;
    container.end = { exitCode: how.exitCode, oomKilled: how.oom ?? false, startedAt, finishedAt: this.#now };
    this.#tell(id, "die", { exitCode: String(how.exitCode) });
  }

  remove(id: string): void {
    this.#tell(id, "destroy");
    this.#containers.delete(id);
  }

  compare(ledger: Ledger): Promise<void> {
    const list = [...this.#containers].map(([id, { task, running }]): ListedContainer => ({
      id,
      state: running ? "running" : "exited",
      labels: labelsOf(task),
    }));
    return ledger.compare(list, {
      startedAt: (id) => this.#containers.get(id)?.startedAt ?? null,
      end: (id) => Promise.resolve(this.#containers.get(id)?.end ?? null),
    });
  }
}

function counting(): { readonly ledger: Ledger; readonly counts: () => Readonly<Record<string, number>> } {
  const tallies: Tally[] = [];
  const ledger = createLedger((tally) => tallies.push(tally));
  return {
    ledger,
    counts() {
      const counts: Record<string, number> = {};
      for (const tally of tallies) {
        const key = tally.kind === "exit" ? `exit ${tally.code ?? "unknown"}` : tally.kind;
        counts[key] = (counts[key] ?? 0) + 1;
      }
      return counts;
    },
  };
}

function told(history: FakeHistory): Readonly<Record<string, number>> {
  const { ledger, counts } = counting();
  for (const event of history.events) ledger.hear(event);
  return counts();
}

function historyOf(
  lives: readonly {
    readonly slot: number;
    readonly exitCode: number;
    readonly oom: boolean;
    readonly asked: boolean;
  }[],
): FakeHistory {
  const history = new FakeHistory();
  for (const [index, life] of lives.entries()) {
    history.start(`c${index}`, `web.${life.slot}.t${index}`);
    history.end(`c${index}`, life);
  }
  return history;
}

describe("the ledger of services", () => {
  it("counts a crash and the start that replaces it, in the same slot and no other", () => {
    const history = new FakeHistory();
    history.start("a", "web.1.aaa");
    history.end("a", { exitCode: 1 });
    history.start("b", "web.2.bbb");
    history.start("c", "web.1.ccc");
    assert.deepEqual(told(history), { seen: 1, "exit 1": 1, restart: 1 });
  });

  it("does not count what Docker was asked for: deploys, moves, drains, scaling", () => {
    const history = new FakeHistory();
    history.start("a", "web.1.aaa");
    history.end("a", { exitCode: 143, asked: true });
    history.start("b", "web.1.bbb");
    assert.deepEqual(told(history), { seen: 1, "exit 143": 1 });
  });

  it("counts out-of-memory kills, the same container's restarts and failed health checks", () => {
    const history = new FakeHistory();
    history.start("a", "web.1.aaa");
    history.end("a", { exitCode: 137, oom: true });
    history.start("a", "web.1.aaa");
    history.events.push({
      id: "a",
      action: "health_status: unhealthy",
      attributes: labelsOf("web.1.aaa"),
      at: 5000,
    });
    history.events.push({
      id: "a",
      action: "health_status: healthy",
      attributes: labelsOf("web.1.aaa"),
      at: 5001,
    });
    assert.deepEqual(told(history), { seen: 1, oomKill: 1, "exit 137": 1, restart: 1, healthFailure: 1 });
  });

  it("counts the replacement of an unhealthy task, though Swarm asked Docker to stop it", () => {
    const history = new FakeHistory();
    history.start("a", "web.1.aaa");
    history.events.push({
      id: "a",
      action: "health_status: unhealthy",
      attributes: labelsOf("web.1.aaa"),
      at: 1011,
    });
    history.end("a", { exitCode: 137, asked: true });
    history.start("b", "web.1.bbb");
    assert.deepEqual(told(history), { seen: 1, healthFailure: 1, "exit 137": 1, restart: 1 });
  });

  it("takes a signal that is no request to stop for none", () => {
    const history = new FakeHistory();
    history.start("a", "web.1.aaa");
    history.events.push({ id: "a", action: "kill", attributes: { signal: "1" }, at: 1011 });
    history.end("a", { exitCode: 2 });
    history.start("b", "web.1.bbb");
    assert.equal(told(history)["restart"], 1);
  });

  it("leaves out containers of no service, and ends before its first look", async () => {
    const { ledger, counts } = counting();
    ledger.hear({ id: "x", action: "die", attributes: { exitCode: "1" }, at: 1 });
    const history = new FakeHistory();
    history.start("old", "web.1.aaa");
    history.end("old", { exitCode: 3 });
    await history.compare(ledger);
    assert.deepEqual(counts(), { seen: 1 });
  });

  it("calls the end of one that vanished unheard unknown, and its replacement no restart", async () => {
    const { ledger, counts } = counting();
    const history = new FakeHistory();
    await history.compare(ledger);
    history.start("a", "web.1.aaa");
    for (const event of history.events) ledger.hear(event);
    history.end("a", { exitCode: 1 });
    history.remove("a");
    history.start("b", "web.1.bbb");
    await history.compare(ledger);
    assert.deepEqual(counts(), { seen: 1, "exit unknown": 1 });
  });

  it("does not count an end twice when its event comes after the list", async () => {
    const { ledger, counts } = counting();
    const history = new FakeHistory();
    await history.compare(ledger);
    history.start("a", "web.1.aaa");
    for (const event of history.events.splice(0)) ledger.hear(event);
    history.end("a", { exitCode: 1 });
    await history.compare(ledger);
    for (const event of history.events) ledger.hear(event);
    assert.deepEqual(counts(), { seen: 1, "exit 1": 1 });
  });

  // One container per slot at a time; each lives and ends in one of these ways. Nothing is removed: what vanished
  // wholly is another case, above.
  const lives = fc.array(
    fc.record({
      slot: fc.integer({ min: 1, max: 3 }),
      exitCode: fc.integer({ min: 0, max: 3 }),
      oom: fc.boolean(),
      asked: fc.boolean(),
    }),
    { maxLength: 12 },
  );

  it("counts after a break what an unbroken stream would have told, as far as the daemon repeats it", async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.nat(), async (history, cut) => {
        const { ledger, counts } = counting();
        await new FakeHistory().compare(ledger);
        const daemon = historyOf(history);
        const heard = cut % (daemon.events.length + 1);
        for (const event of daemon.events.slice(0, heard)) ledger.hear(event);
        ledger.expectRepeats();
        // The daemon repeats from the last event on, that one included.
        for (const event of daemon.events.slice(Math.max(0, heard - 1))) ledger.hear(event);
        await daemon.compare(ledger);
        assert.deepEqual(counts(), told(daemon));
      }),
    );
  });

  it("counts every end once by the list alone, when the daemon forgot its events", async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.nat(), async (history, cut) => {
        const { ledger, counts } = counting();
        await new FakeHistory().compare(ledger);
        const daemon = historyOf(history);
        for (const event of daemon.events.slice(0, cut % (daemon.events.length + 1))) ledger.hear(event);
        ledger.expectRepeats();
        await daemon.compare(ledger);
        await daemon.compare(ledger);
        const [seen, whole] = [counts(), told(daemon)];
        for (const key of new Set([...Object.keys(seen), ...Object.keys(whole)])) {
          // Whether a lost end was asked for is lost with its event: restarts may be taken for more or fewer.
          if (key !== "restart") assert.equal(seen[key], whole[key], key);
        }
      }),
    );
  });
});
