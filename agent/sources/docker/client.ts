import { createInterface } from "node:readline";
import Docker from "dockerode";
import { z } from "zod";
import type { DockerHost } from "../../../common/docker.ts";
import type { ContainerEvent, ContainerIdentity, DockerApi } from "./api.ts";

const INFO = z.object({
  Name: z.string(),
  Swarm: z.object({ NodeID: z.string().default("") }).default({ NodeID: "" }),
});
const CONTAINER = z.object({
  Name: z.string(),
  Config: z.object({ Image: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
  State: z.object({ StartedAt: z.string() }),
});
const EVENT = z.object({ Action: z.string(), Actor: z.object({ ID: z.string() }) });

/** What dockerode does but its types do not tell: these two take a signal as the other calls do. */
interface Abortable {
  info(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  ping(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

// Only what changes who a container is or since when it runs: health checks alone make three events each.
const ACTIONS = ["start", "rename", "update", "destroy"];

/** The real Docker, through dockerode. Answers are checked, because engines of many versions give them. */
export function createDockerApi(host: DockerHost): DockerApi {
  const docker = new Docker(host);
  const abortable = docker as unknown as Abortable;
  return {
    async node(signal) {
      const info = INFO.parse(await abortable.info({ abortSignal: signal }));
      return { name: info.Name, swarmNodeId: info.Swarm.NodeID };
    },
    async ping(signal) {
      await abortable.ping({ abortSignal: signal });
    },
    async running(signal) {
      return (await docker.listContainers({ abortSignal: signal })).map((container) => container.Id);
    },
    async inspect(id, signal) {
      try {
        return toIdentity(await docker.getContainer(id).inspect({ abortSignal: signal }));
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    follow: (onEvent, signal) => follow(docker, onEvent, signal),
  };
}

/** Reads `docker inspect`'s answer. */
export function toIdentity(answer: unknown): ContainerIdentity {
  const container = CONTAINER.parse(answer);
  const started = Date.parse(container.State.StartedAt);
  return {
    name: container.Name.replace(/^\//, ""),
    image: container.Config.Image,
    labels: container.Config.Labels ?? {},
    // Docker writes the year 1 for "never".
    startedAt: started > 0 ? started / 1000 : null,
  };
}

/** Reads one line of the event stream; null for what says nothing about a container. */
export function toEvent(line: string): ContainerEvent | null {
  const parsed = EVENT.safeParse(line.trim() === "" ? null : JSON.parse(line));
  return parsed.success ? { id: parsed.data.Actor.ID, gone: parsed.data.Action === "destroy" } : null;
}

async function follow(
  docker: Docker,
  onEvent: (event: ContainerEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> }> {
  const stream = await docker.getEvents({
    filters: { type: ["container"], event: ACTIONS },
    abortSignal: signal,
  });
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

function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return null;
  return typeof error.statusCode === "number" ? error.statusCode : null;
}
