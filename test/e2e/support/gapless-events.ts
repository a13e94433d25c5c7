import { createInterface } from "node:readline";
import { dockerOf, type Lab, type LabNode } from "../../../lab/lab.ts";
import type { ContainerEvent } from "./evidence.ts";

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

interface RawEvent {
  readonly Action: string;
  readonly timeNano: number;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

/**
 * Listens to every daemon. A daemon remembers its last 256 events only, which health checks use up within a minute: who
 * wants those of a longer time must listen all the time.
 */
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
    events: () => events.toSorted((a, b) => a.atMs - b.atMs),
    silent: () => [...silent],
    stop() {
      for (const following of followings) following.stop();
    },
  };
}

/** Listens to one daemon; the events of health checks being run are left out, those of their outcome are not. */
export async function followNode(
  node: LabNode,
  sinceMs: number,
  take: (event: ContainerEvent) => void,
): Promise<Following> {
  const stopped = new AbortController();
  const stream = await dockerOf(node).getEvents({
    since: sinceMs / 1000,
    filters: JSON.stringify({ type: ["container"] }),
    abortSignal: stopped.signal,
  });
  // A daemon that is killed breaks the stream: its end is all there is to say of that.
  stream.on("error", () => undefined);
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  lines.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => {
    for (const end of ["end", "close", "error"]) {
      stream.once(end, () => {
        resolve();
      });
    }
  });
  lines.on("line", (line) => {
    if (line === "") return;
    const event = eventOf(node.name, JSON.parse(line) as RawEvent);
    if (!event.action.startsWith("exec_")) take(event);
  });
  return {
    ended,
    stop() {
      lines.close();
      stopped.abort();
    },
  };
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
