import type Docker from "dockerode";
import * as z from "zod";
import { answered } from "../../../common/docker-call.ts";
import type { JoinToken, Written } from "../../domain/daily.ts";
import type { Node } from "../../domain/node.ts";
import { digestOf } from "../steer-spec.ts";
import { holdsInexactNumber } from "../mapping.ts";
import { outcomeOf } from "./outcome.ts";

/** What machines join the swarm by. */
export interface JoinTokens {
  read(role: Node["role"]): Promise<JoinToken>;
  /** A new one takes the place of the one there is. */
  rotate(role: Node["role"]): Promise<Written>;
}

const SWARM = z.object({
  Version: z.object({ Index: z.number() }),
  Spec: z.looseObject({}),
  JoinTokens: z.object({ Worker: z.string().min(1), Manager: z.string().min(1) }),
});
const INFO = z.object({
  Swarm: z.object({
    NodeID: z.string().default(""),
    RemoteManagers: z.array(z.object({ NodeID: z.string(), Addr: z.string() })).nullish(),
  }),
});
const ROTATE = { worker: "rotateWorkerToken", manager: "rotateManagerToken" } as const;
/** Somebody else's write in between is met by reading anew, once: what is written back is what was read. */
const ATTEMPTS = 2;

/** The tokens of the swarm whose manager `docker` speaks to. */
export function createJoinTokens(docker: Docker): JoinTokens {
  return {
    async read(role) {
      const swarm: unknown = await answered(docker, () => docker.swarmInspect());
      const info: unknown = await answered(docker, () => docker.info());
      const { JoinTokens: tokens } = SWARM.parse(swarm);
      return { token: role === "manager" ? tokens.Manager : tokens.Worker, manager: managerIn(info) };
    },
    async rotate(role) {
      for (let attempt = 1; ; attempt += 1) {
        const swarm: unknown = await answered(docker, () => docker.swarmInspect());
        const { version, spec } = writeable(swarm);
        try {
          await answered(docker, () =>
            docker.swarmUpdate({ _query: { version, [ROTATE[role]]: true }, _body: spec }),
          );
          return { outcome: "written", version, digest: digestOf(spec) };
        } catch (error) {
          const outcome = outcomeOf(error);
          if (outcome.outcome !== "conflict" || attempt === ATTEMPTS) return outcome;
        }
      }
    },
  };
}

/** The swarm's own spec goes back untouched. @throws where that cannot be. */
function writeable(swarm: unknown): {
  readonly version: number;
  readonly spec: Readonly<Record<string, unknown>>;
} {
  const version = SWARM.parse(swarm).Version.Index;
  const { Spec: spec } = swarm as { readonly Spec: Readonly<Record<string, unknown>> };
  if (holdsInexactNumber(spec))
    throw new Error("the swarm's spec holds a number that cannot be written back exactly");
  return { version, spec };
}

/** The manager that was asked, as the others know it; else any. */
function managerIn(info: unknown): string | null {
  const { NodeID, RemoteManagers } = INFO.parse(info).Swarm;
  const managers = RemoteManagers ?? [];
  const own = managers.find((manager) => manager.NodeID === NodeID) ?? managers[0];
  return own?.Addr ?? null;
}
