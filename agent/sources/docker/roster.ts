import type { Clock } from "../clock.ts";
import type {
  ContainerEnd,
  ContainerEvent,
  ContainerIdentity,
  DockerApi,
  ListedContainer,
  NodeIdentity,
} from "./api.ts";
import { within } from "./patience.ts";

/** What Docker said so far of this node and its containers, and when it last said anything. */
export interface Roster {
  /** On the monotonic clock, in seconds; null before the first answer. */
  readonly answeredAt: number | null;
  readonly node: NodeIdentity | null;
  container(id: string): ContainerIdentity | null;
  readNode(signal: AbortSignal): Promise<void>;
  ping(signal: AbortSignal): Promise<void>;
  /** Reads every running container anew and forgets the others; answers with Docker's list of all. */
  readAll(signal: AbortSignal): Promise<readonly ListedContainer[]>;
  /** How a container ended; null when it has not, or when that cannot be told. */
  end(id: string, signal: AbortSignal): Promise<ContainerEnd | null>;
  /** Reads those that are not known yet. */
  learn(ids: readonly string[], signal: AbortSignal): Promise<void>;
  note(event: ContainerEvent, signal: AbortSignal): void;
}

// Hundreds of containers at once would make the daemon's other clients wait.
const QUESTIONS_AT_ONCE = 8;
const HEALTH = /^health_status: (healthy|unhealthy)$/;

/** An empty roster. Each question to Docker waits at most `answerSeconds`. */
export function createRoster(docker: DockerApi, clock: Clock, answerSeconds: number): Roster {
  // Null is remembered too: that Docker knows no such container (another runtime's) need not be asked every time.
  const known = new Map<string, ContainerIdentity | null>();
  let node: NodeIdentity | null = null;
  let answeredAt: number | null = null;

  async function asked<T>(question: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const answer = await question(within(answerSeconds, signal));
    answeredAt = clock.monotonic();
    return answer;
  }

  async function inspect(id: string, signal: AbortSignal): Promise<void> {
    known.set(id, await asked((bounded) => docker.inspect(id, bounded), signal));
  }

  /** One question without an answer proves nothing: the next ping tells whether the daemon is gone. */
  function tryInspect(id: string, signal: AbortSignal): Promise<void> {
    return inspect(id, signal).catch(() => undefined);
  }

  return {
    get answeredAt() {
      return answeredAt;
    },
    get node() {
      return node;
    },
    container: (id) => known.get(id) ?? null,
    async readNode(signal) {
      node = await asked((bounded) => docker.node(bounded), signal);
    },
    ping: (signal) => asked((bounded) => docker.ping(bounded), signal),
    async readAll(signal) {
      const list = await asked((bounded) => docker.list(bounded), signal);
      const running = new Set(list.filter(({ state }) => state === "running").map(({ id }) => id));
      for (const id of [...known.keys()]) if (!running.has(id)) known.delete(id);
      await eachOf([...running], (id) => inspect(id, signal));
      return list;
    },
    end: (id, signal) => asked((bounded) => docker.end(id, bounded), signal).catch(() => null),
    async learn(ids, signal) {
      const present = new Set(ids);
      for (const [id, who] of [...known]) if (who === null && !present.has(id)) known.delete(id);
      const unknown = ids.filter((id) => !known.has(id));
      await eachOf(unknown, (id) => tryInspect(id, signal));
    },
    note({ id, action }, signal) {
      const who = known.get(id);
      const health = HEALTH.exec(action)?.[1] as "healthy" | "unhealthy" | undefined;
      if (action === "destroy") known.delete(id);
      else if (health !== undefined && who !== null && who !== undefined) known.set(id, { ...who, health });
      else if (["start", "rename", "update"].includes(action)) void tryInspect(id, signal);
    },
  };
}

/** Asks for each, so many at a time. */
async function eachOf(ids: readonly string[], ask: (id: string) => Promise<void>): Promise<void> {
  const left = ids.values();
  await Promise.all(
    Array.from({ length: QUESTIONS_AT_ONCE }, async () => {
      for (const id of left) await ask(id);
    }),
  );
}
