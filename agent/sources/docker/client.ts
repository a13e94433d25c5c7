import { createInterface } from "node:readline";
import * as z from "zod";
import type { DockerHost } from "../../../common/docker.ts";
import type { ContainerEnd, ContainerEvent, ContainerIdentity, DockerApi, ListedContainer } from "./api.ts";
import { createDockerHttp, DockerError, type DockerHttp } from "./http.ts";

const LABELS = z.record(z.string(), z.string());
const INFO = z.object({
  Name: z.string(),
  Swarm: z.object({ NodeID: z.string().default("") }).default({ NodeID: "" }),
});
const LIST = z.array(z.object({ Id: z.string(), State: z.string(), Labels: LABELS.nullish() }));
const CONTAINER = z.object({
  Name: z.string(),
  Config: z.object({ Image: z.string(), Labels: LABELS.nullish() }),
  HostConfig: z.object({ NetworkMode: z.string().default("") }).default({ NetworkMode: "" }),
  State: z.object({
    StartedAt: z.string(),
    Pid: z.number().default(0),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
});
const END = z.object({
  State: z.object({
    Running: z.boolean(),
    ExitCode: z.number(),
    OOMKilled: z.boolean().default(false),
    StartedAt: z.string(),
    FinishedAt: z.string(),
  }),
});
const EVENT = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: LABELS.default({}) }),
  timeNano: z.number(),
});

const HEALTHS = ["starting", "healthy", "unhealthy"] as const;

// Only what changes who a container is, whether it runs and how it fares: health checks alone make three more
// events each.
const ACTIONS = ["start", "rename", "update", "destroy", "kill", "oom", "die", "health_status"];

/** The real Docker. Answers are checked, because engines of many versions give them. */
export function createDockerApi(host: DockerHost): DockerApi {
  const http = createDockerHttp(host);
  return {
    async node(signal) {
      const info = INFO.parse(await http.json("/info", signal));
      return { name: info.Name, swarmNodeId: info.Swarm.NodeID };
    },
    async ping(signal) {
      (await http.stream("/_ping", signal)).resume();
    },
    async list(signal) {
      return toList(await http.json("/containers/json?all=1", signal));
    },
    inspect: (id, signal) => inspected(http, id, toIdentity, signal),
    end: (id, signal) => inspected(http, id, toEnd, signal),
    follow: (onEvent, since, signal) => follow(http, onEvent, since, signal),
  };
}

/** Reads `docker ps --all`'s answer. */
export function toList(answer: unknown): readonly ListedContainer[] {
  return LIST.parse(answer).map(({ Id, State, Labels }) => ({ id: Id, state: State, labels: Labels ?? {} }));
}

/** Reads `docker inspect`'s answer. */
export function toIdentity(answer: unknown): ContainerIdentity {
  const { Name, Config, HostConfig, State } = CONTAINER.parse(answer);
  return {
    name: Name.replace(/^\//, ""),
    image: Config.Image,
    labels: Config.Labels ?? {},
    startedAt: secondsOf(State.StartedAt),
    pid: State.Pid > 0 ? State.Pid : null,
    hostNetwork: HostConfig.NetworkMode === "host",
    // A container without a check says `none`, or nothing.
    health: HEALTHS.find((health) => health === State.Health?.Status) ?? null,
  };
}

/** Reads from `docker inspect`'s answer how a container ended; null when it has not. */
export function toEnd(answer: unknown): ContainerEnd | null {
  const { State } = END.parse(answer);
  if (State.Running) return null;
  return {
    exitCode: State.ExitCode,
    oomKilled: State.OOMKilled,
    startedAt: secondsOf(State.StartedAt),
    finishedAt: secondsOf(State.FinishedAt),
  };
}

/** Reads one line of the event stream; null for what says nothing about a container, or nothing at all. */
export function toEvent(line: string): ContainerEvent | null {
  const parsed = EVENT.safeParse(jsonOf(line));
  if (!parsed.success) return null;
  const { Action, Actor, timeNano } = parsed.data;
  return { id: Actor.ID, action: Action, attributes: Actor.Attributes, at: timeNano / 1e9 };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // A line cut off by the end of a stream: the resynchronisation that follows learns what it said.
    return null;
  }
}

/** Docker writes the year 1 for "never". */
function secondsOf(time: string): number | null {
  const milliseconds = Date.parse(time);
  return milliseconds > 0 ? milliseconds / 1000 : null;
}

async function inspected<T>(
  http: DockerHttp,
  id: string,
  read: (answer: unknown) => T,
  signal: AbortSignal,
): Promise<T | null> {
  try {
    return read(await http.json(`/containers/${id}/json`, signal));
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return null;
    throw error;
  }
}

async function follow(
  http: DockerHttp,
  onEvent: (event: ContainerEvent) => void,
  since: number | null,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> }> {
  const filters = JSON.stringify({ type: ["container"], event: ACTIONS });
  const from = since === null ? "" : `&since=${since.toFixed(9)}`;
  const stream = await http.stream(`/events?filters=${encodeURIComponent(filters)}${from}`, signal);
  const lines = createInterface({ input: stream });
  lines.on("line", (line) => {
    const event = toEvent(line);
    if (event !== null) onEvent(event);
  });
  const ended = new Promise<void>((resolve) => {
    for (const end of ["end", "close", "error"]) {
      stream.once(end, () => {
        resolve();
      });
    }
  });
  // A broken stream also closes the reader, whose own error has nobody else to go to.
  lines.on("error", () => undefined);
  return { ended };
}
