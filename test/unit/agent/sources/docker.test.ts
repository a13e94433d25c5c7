import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerEvent, ContainerIdentity, DockerApi } from "../../../../agent/sources/docker/api.ts";
import { toEvent, toIdentity } from "../../../../agent/sources/docker/client.ts";
import { createIdentity, type Identity } from "../../../../agent/sources/docker/identity.ts";
import { NODE, PLAIN, PLAIN_IDENTITY, SILENT, standingClock, WEB, WEB_IDENTITY } from "../fixture.ts";

const PATIENCE = { answer: 60, ping: 3600, node: 3600, retryFirst: 0, retryMost: 0 };

/** A daemon whose containers, events and death a test commands. */
class FakeDocker implements DockerApi {
  readonly containers = new Map<string, ContainerIdentity>();
  readonly inspected: string[] = [];
  reachable = true;
  sessions = 0;
  #onEvent: (event: ContainerEvent) => void = () => undefined;
  #breakStream: () => void = () => undefined;
  #onSession: () => void = () => undefined;

  emit(event: ContainerEvent): void {
    this.#onEvent(event);
  }

  break(): void {
    this.#breakStream();
  }

  /** Resolves when the agent has opened its event stream that many times. */
  nextSession(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSession = resolve;
    });
  }

  node(): Promise<typeof NODE> {
    return this.#answer(NODE);
  }

  async ping(): Promise<void> {
    await this.#answer(null);
  }

  running(): Promise<readonly string[]> {
    return this.#answer([...this.containers.keys()]);
  }

  inspect(id: string): Promise<ContainerIdentity | null> {
    this.inspected.push(id);
    return this.#answer(this.containers.get(id) ?? null);
  }

  async follow(onEvent: (event: ContainerEvent) => void): Promise<{ readonly ended: Promise<void> }> {
    await this.#answer(null);
    this.#onEvent = onEvent;
    this.sessions += 1;
    this.#onSession();
    return {
      ended: new Promise((resolve) => {
        this.#breakStream = resolve;
      }),
    };
  }

  #answer<T>(value: T): Promise<T> {
    return this.reachable ? Promise.resolve(value) : Promise.reject(new Error("connect ECONNREFUSED"));
  }
}

async function following(docker: DockerApi, test: (identity: Identity) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  const identity = createIdentity({ docker, clock: standingClock(), log: SILENT, patience: PATIENCE });
  try {
    await identity.follow(stopping.signal);
    await test(identity);
  } finally {
    stopping.abort();
  }
}

/** Lets everything that is ready to run do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}

describe("identity", () => {
  it("knows node and containers once it is followed", async () => {
    const docker = new FakeDocker();
    docker.containers.set(WEB, WEB_IDENTITY);
    await following(docker, (identity) => {
      assert.deepEqual(identity.node, NODE);
      assert.deepEqual(identity.container(WEB), WEB_IDENTITY);
      assert.deepEqual([identity.up, identity.age], [true, 0]);
      return Promise.resolve();
    });
  });

  it("follows events: a rename is read anew, a removal forgotten", async () => {
    const docker = new FakeDocker();
    docker.containers.set(WEB, WEB_IDENTITY).set(PLAIN, PLAIN_IDENTITY);
    await following(docker, async (identity) => {
      docker.containers.set(WEB, { ...WEB_IDENTITY, name: "renamed" });
      docker.emit({ id: WEB, gone: false });
      docker.emit({ id: PLAIN, gone: true });
      await settle();
      assert.equal(identity.container(WEB)?.name, "renamed");
      assert.equal(identity.container(PLAIN), null);
    });
  });

  it("learns a container that no event told of, and asks about a stranger once", async () => {
    const docker = new FakeDocker();
    await following(docker, async (identity) => {
      docker.containers.set(WEB, WEB_IDENTITY);
      await identity.learn([WEB, PLAIN]);
      await identity.learn([WEB, PLAIN]);
      assert.equal(identity.container(WEB)?.name, WEB_IDENTITY.name);
      assert.deepEqual([...docker.inspected].sort(), [WEB, PLAIN].sort());
    });
  });

  it("reads everything anew when the event stream breaks", async () => {
    const docker = new FakeDocker();
    docker.containers.set(WEB, WEB_IDENTITY);
    await following(docker, async (identity) => {
      docker.containers.delete(WEB);
      docker.containers.set(PLAIN, PLAIN_IDENTITY);
      const again = docker.nextSession();
      docker.break();
      await again;
      await settle();
      assert.equal(docker.sessions, 2);
      assert.equal(identity.container(WEB), null);
      assert.equal(identity.container(PLAIN)?.name, "plain");
      assert.equal(identity.up, true);
    });
  });

  it("keeps what it knew when the daemon dies, and says that it is stale", async () => {
    const docker = new FakeDocker();
    docker.containers.set(WEB, WEB_IDENTITY);
    await following(docker, async (identity) => {
      docker.reachable = false;
      docker.break();
      await settle();
      assert.equal(identity.up, false);
      assert.deepEqual(identity.container(WEB), WEB_IDENTITY);
      await identity.learn([PLAIN]);
      assert.equal(identity.container(PLAIN), null);
    });
  });

  it("does not hold the agent up when there is no daemon", async () => {
    const docker = new FakeDocker();
    docker.reachable = false;
    await following(docker, (identity) => {
      assert.deepEqual([identity.up, identity.age, identity.node], [false, null, null]);
      return Promise.resolve();
    });
  });
});

describe("toIdentity", () => {
  it("reads an inspect answer", () => {
    const answer = {
      Name: "/web.1",
      Config: { Image: "web:1", Labels: { a: "b" } },
      State: { StartedAt: "2023-11-14T22:13:20.5Z" },
      More: "is ignored",
    };
    const identity = { name: "web.1", image: "web:1", labels: { a: "b" }, startedAt: 1_700_000_000.5 };
    assert.deepEqual(toIdentity(answer), identity);
  });

  it("takes a container that never started and has no labels", () => {
    const answer = {
      Name: "/x",
      Config: { Image: "y", Labels: null },
      State: { StartedAt: "0001-01-01T00:00:00Z" },
    };
    assert.deepEqual(toIdentity(answer), { name: "x", image: "y", labels: {}, startedAt: null });
  });
});

describe("toEvent", () => {
  it("reads a container's event", () => {
    assert.deepEqual(toEvent('{"Action":"start","Actor":{"ID":"abc"}}'), { id: "abc", gone: false });
    assert.deepEqual(toEvent('{"Action":"destroy","Actor":{"ID":"abc"}}'), { id: "abc", gone: true });
  });

  it("passes over what is none", () => {
    assert.equal(toEvent(""), null);
    assert.equal(toEvent('{"status":"pull"}'), null);
  });
});
