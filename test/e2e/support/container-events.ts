import { dockerOf, type Lab, type LabNode } from "../../../lab/lab.ts";

/** A container's event as its own daemon tells it. */
export interface ContainerEvent {
  readonly node: string;
  readonly action: string;
  readonly task: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** One daemon's events as they happen. */
export interface Following {
  /** Ends when the daemon does, or when it is stopped. Never fails. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** Container events of all nodes of a lab, as they happen. */
export interface EventLog {
  /** All so far, in the order of their times. */
  events(): readonly ContainerEvent[];
  /** The nodes whose daemon stopped telling: what happened there since is not known. */
  silent(): readonly string[];
  stop(): void;
}

/**
 * What the daemons of a lab remember since a moment, in the order of their times. A daemon remembers its last 256 events
 * only, which health checks use up within a minute. All daemons must answer.
 */
export async function eventsSince(lab: Lab, sinceMs: number): Promise<readonly ContainerEvent[]> {
  const perNode = await Promise.all(
    lab.nodes.map(async (node) => {
      const events: ContainerEvent[] = [];
      const told = await eventsOf(node, sinceMs, { until: Date.now() / 1000 });
      for await (const event of told) events.push(event);
      return events;
    }),
  );
  return inOrder(perNode.flat());
}

/** Listens to every daemon: for those who want the events of a longer time than a daemon remembers. */
export async function followEvents(lab: Lab, sinceMs: number): Promise<EventLog> {
  const events: ContainerEvent[] = [];
  const silent = new Set<string>();
  const followings = await Promise.all(
    lab.nodes.map(async (node) => {
      const following = await followNode(node, sinceMs, (event) => events.push(event));
      void following.ended.then(() => silent.add(node.name));
      return following;
    }),
  );
  return {
    events: () => inOrder(events),
    silent: () => [...silent],
    stop() {
      for (const following of followings) following.stop();
    },
  };
}

/** Listens to one daemon. */
export async function followNode(
  node: LabNode,
  sinceMs: number,
  take: (event: ContainerEvent) => void,
): Promise<Following> {
  const stopped = new AbortController();
  const told = await eventsOf(node, sinceMs, { abortSignal: stopped.signal });
  const listen = async () => {
    for await (const event of told) if (!stopped.signal.aborted) take(event);
  };
  return {
    // A daemon that is killed breaks the stream: its end is all there is to say of that.
    ended: listen().catch(() => undefined),
    stop() {
      stopped.abort();
    },
  };
}

interface RawEvent {
  readonly Action: string;
  readonly timeNano: number;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

/** Asks a daemon, and returns once it has begun to answer. Health checks' runs are left out, their outcomes are not. */
async function eventsOf(
  node: LabNode,
  sinceMs: number,
  how: { readonly until: number } | { readonly abortSignal: AbortSignal },
): Promise<AsyncIterable<ContainerEvent>> {
  const filters = JSON.stringify({ type: ["container"] });
  const stream = await dockerOf(node).getEvents({ since: sinceMs / 1000, filters, ...how });
  return eventsIn(node.name, stream);
}

async function* eventsIn(node: string, stream: NodeJS.ReadableStream): AsyncGenerator<ContainerEvent> {
  stream.setEncoding("utf8");
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() === "") continue;
      const event = eventOf(node, JSON.parse(line) as RawEvent);
      if (!event.action.startsWith("exec_")) yield event;
    }
  }
}

function eventOf(node: string, { Action, timeNano, Actor }: RawEvent): ContainerEvent {
  return {
    node,
    action: Action,
    task: Actor.Attributes["com.docker.swarm.task.id"] ?? "",
    service: Actor.Attributes["com.docker.swarm.service.name"] ?? "",
    atMs: timeNano / 1e6,
  };
}

function inOrder(events: readonly ContainerEvent[]): readonly ContainerEvent[] {
  return events.toSorted((a, b) => a.atMs - b.atMs);
}
