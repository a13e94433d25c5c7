import { productVersion } from "../../../common/version.ts";
import type { Policy } from "../../domain/policy.ts";
import { isRunning } from "../../domain/task.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Observe } from "../../observe/observer.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { STATE } from "../schemas/swarm.ts";

interface StateParts {
  readonly observe: Observe;
  readonly journal: Pick<Journal, "entries">;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** All there is, in a glance. */
export function stateEndpoint({ observe, journal, policy, now }: StateParts): Endpoint {
  const version = productVersion();
  return endpoint({
    method: "get",
    path: "/v1/state",
    id: "getState",
    summary: "The swarm and Ballast at a glance",
    role: "viewer",
    answers: answers({ 200: document("how things are", STATE) }),
    async handle() {
      const { snapshot, leads } = await observe();
      const { nodes, services, tasks, taskUsage, orders, inputs } = snapshot;
      const running = tasks.filter(isRunning);
      const [last] = journal.entries();
      return json({
        version,
        mode: policy.mode,
        leads,
        at: new Date(now()).toISOString(),
        doubts: inputs.flatMap(({ doubts }) => doubts),
        nodes: { all: nodes.length, ready: nodes.filter(({ state }) => state === "ready").length },
        services: services.length,
        tasks: {
          running: running.length,
          measured: running.filter(({ id }) => taskUsage[id] !== undefined).length,
        },
        moving: services.filter(({ steer }) => steer !== null).map(({ name }) => name),
        orders: orders.length,
        lastDecision: last === undefined ? null : glanceAt(last.decision),
      });
    },
  });
}

function glanceAt({
  id,
  at,
  outcome,
  reason,
  moves,
}: {
  readonly id: string;
  readonly at: string;
  readonly outcome: string;
  readonly reason: string;
  readonly moves: readonly unknown[];
}): object {
  return { id, at, outcome, reason, moves: moves.length };
}
