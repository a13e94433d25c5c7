import type { Clock } from "../clock.ts";
import type { ContainerEvent, ContainerIdentity, DockerApi, NodeIdentity } from "./api.ts";
import { within } from "./patience.ts";

/** What Docker said so far of this node and its containers, and when it last said anything. */
export interface Roster {
  /** On the monotonic clock, in seconds; null before the first answer. */
  readonly answeredAt: number | null;
  readonly node: NodeIdentity | null;
  container(id: string): ContainerIdentity | null;
  readNode(signal: AbortSignal): Promise<void>;
  ping(signal: AbortSignal): Promise<void>;
  /** Reads every running container anew and forgets the others. */
  readAll(signal: AbortSignal): Promise<void>;
  /** Reads those that are not known yet. */
  learn(ids: readonly string[], signal: AbortSignal): Promise<void>;
  note(event: ContainerEvent, signal: AbortSignal): void;
}

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
      const running = await asked((bounded) => docker.running(bounded), signal);
      for (const id of [...known.keys()]) if (!running.includes(id)) known.delete(id);
      for (const id of running) await inspect(id, signal);
    },
    async learn(ids, signal) {
      for (const [id, who] of [...known]) if (who === null && !ids.includes(id)) known.delete(id);
      await Promise.all(ids.filter((id) => !known.has(id)).map((id) => tryInspect(id, signal)));
    },
    note(event, signal) {
      if (event.gone) known.delete(event.id);
      else void tryInspect(event.id, signal);
    },
  };
}
