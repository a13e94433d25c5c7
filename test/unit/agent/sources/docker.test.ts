import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type {
  ContainerEvent,
  ContainerIdentity,
  DockerApi,
  ListedContainer,
} from "../../../../agent/sources/docker/api.ts";
import { DockerError } from "../../../../agent/sources/docker/http.ts";
import { createIdentity, type Identity } from "../../../../agent/sources/docker/identity.ts";
import { createServices, type Services } from "../../../../agent/services/services.ts";
import { NODE, PLAIN, PLAIN_IDENTITY, SILENT, standingClock, WEB, WEB_IDENTITY } from "../fixture.ts";

const PATIENCE = { answer: 60, learn: 60, ping: 3600, node: 3600, retryFirst: 0, retryMost: 0 };

/** A daemon whose containers, events and death a test commands. */
class FakeDocker implements DockerApi {
  readonly containers = new Map<string, ContainerIdentity>();
  readonly inspected: string[] = [];
  readonly since: (number | null)[] = [];
  reachable = true;
  refusing: readonly ("node" | "follow")[] = [];
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
    if (this.refusing.includes("node")) return Promise.reject(new DockerError("/info", 403, "forbidden"));
    return this.#answer(NODE);
  }

  async ping(): Promise<void> {
    await this.#answer(null);
  }

  list(): Promise<readonly ListedContainer[]> {
    return this.#answer([...this.containers].map(([id, { labels }]) => ({ id, state: "running", labels })));
  }

  end(): Promise<null> {
    return this.#answer(null);
  }

  inspect(id: string): Promise<ContainerIdentity | null> {
    this.inspected.push(id);
    return this.#answer(this.containers.get(id) ?? null);
  }

  async follow(
    onEvent: (event: ContainerEvent) => void,
    since: number | null,
  ): Promise<{ readonly ended: Promise<void> }> {
    if (this.refusing.includes("follow")) throw new DockerError("/events", 403, "forbidden");
    this.since.push(since);
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

function event(
  id: string,
  action: string,
  at = 1,
  attributes: ContainerEvent["attributes"] = {},
): ContainerEvent {
  return { id, action, attributes, at };
}

async function following(
  docker: DockerApi,
  test: (identity: Identity, services: Services) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const services = createServices();
  const identity = createIdentity({
    docker,
    witness: services,
    clock: standingClock(),
    log: SILENT,
    patience: PATIENCE,
  });
  try {
    await identity.follow(stopping.signal);
    await test(identity, services);
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
      docker.emit(event(WEB, "rename"));
      docker.emit(event(PLAIN, "destroy"));
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

  it("takes a change of health from the event itself, and tells of starts and ends at once", async () => {
    const docker = new FakeDocker();
    docker.containers.set(WEB, WEB_IDENTITY);
    await following(docker, (identity) => {
      let told = 0;
      identity.onChange(() => {
        told += 1;
      });
      docker.inspected.length = 0;
      docker.emit(event(WEB, "health_status: unhealthy"));
      assert.equal(identity.container(WEB)?.health, "unhealthy");
      assert.deepEqual([docker.inspected, told], [[], 0]);
      docker.emit(event(PLAIN, "die"));
      assert.equal(told, 1);
      return Promise.resolve();
    });
  });

  it("asks after a break for what happened since the last event, and counts the gap and its end", async () => {
    const docker = new FakeDocker();
    docker.containers.set(WEB, WEB_IDENTITY);
    await following(docker, async (_identity, services) => {
      docker.emit(event(WEB, "oom", 1234.5, WEB_IDENTITY.labels));
      const again = docker.nextSession();
      docker.break();
      await again;
      // The daemon repeats it: it is counted once.
      docker.emit(event(WEB, "oom", 1234.5, WEB_IDENTITY.labels));
      await settle();
      assert.deepEqual(docker.since, [null, 1234.5]);
      const text = await services.text();
      assert.match(text, /^ballast_service_oom_kills_total\{service="shop_web"\} 1$/m);
      assert.match(text, /^ballast_agent_docker_event_gaps_total 1$/m);
      assert.match(text, /^ballast_agent_docker_resyncs_total 1$/m);
    });
  });

  it("goes on with the rest where a proxy refuses a part", async () => {
    const docker = new FakeDocker();
    docker.refusing = ["node", "follow"];
    docker.containers.set(WEB, WEB_IDENTITY);
    await following(docker, (identity) => {
      assert.deepEqual([identity.up, identity.node], [true, null]);
      assert.equal(identity.container(WEB)?.name, WEB_IDENTITY.name);
      return Promise.resolve();
    });
  });
});
