import type { IncomingHttpHeaders } from "node:http";
import type * as z from "zod";
import type { Problem } from "../../../common/http/problem.ts";
import { EVENT_STREAM } from "../../events/event-stream.ts";
import { AgentError, type AgentTrouble, type NodeAgents } from "../../events/node-agents.ts";
import type { Observe } from "../../observe/observer.ts";
import { nodeIn } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, refused, type Endpoint, type Reply } from "../http/endpoint.ts";
import { RECENT, RECENT_QUERY } from "../schemas/events.ts";
import { NODE_PATH } from "../schemas/parameters.ts";

const RETRY_AFTER_SECONDS = 10;

export interface RecentParts {
  readonly observe: Observe;
  readonly agents: Pick<NodeAgents, "minute" | "follow">;
}

interface Asked {
  readonly params: z.output<typeof NODE_PATH>;
  readonly query: z.output<typeof RECENT_QUERY>;
  readonly headers?: IncomingHttpHeaders;
}

/** A node's last minute, a row a second, or the same as it goes on. */
export function recentEndpoint(parts: RecentParts): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/nodes/{node}/recent",
    id: "getRecent",
    summary:
      "A node's last minute, a row a second, as its agent has it; for who accepts text/event-stream it goes on",
    role: "viewer",
    params: NODE_PATH,
    query: RECENT_QUERY,
    answers: answers({
      200: document("the last minute", RECENT),
      404: problem("there is no such node"),
      409: problem("several are called so"),
      502: problem("its agent cannot be found or asked, or answers nonsense"),
      503: problem("the swarm cannot be read, or too many follow agents"),
      504: problem("its agent does not answer in time"),
    }),
    handle: recentAnswer(parts),
  });
}

/** What `GET /v1/nodes/{node}/recent` answers. */
export function recentAnswer({ observe, agents }: RecentParts): (asked: Asked) => Promise<Reply> {
  return async ({ params, query, headers = {} }) => {
    const { node } = await nodeIn(observe, params.node);
    try {
      if (headers.accept?.includes("text/event-stream") === true) {
        const chunks = await agents.follow(node, query);
        return { kind: "stream", type: EVENT_STREAM, headers: { Connection: "close" }, chunks };
      }
      const minute = await agents.minute(node, query);
      const fault = RECENT.safeParse(minute).error?.issues[0];
      if (fault === undefined) return json(minute);
      const place = fault.path.map(String).join(".");
      throw new AgentError(
        "unfit",
        `the agent of ${node.hostname} answered nonsense: ${place}: ${fault.message}`,
      );
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      const answered = PROBLEMS[error.trouble];
      return refused(
        { ...answered, detail: error.message },
        answered.status === 503 ? { "Retry-After": String(RETRY_AFTER_SECONDS) } : {},
      );
    }
  };
}

const PROBLEMS: Readonly<Record<AgentTrouble, Pick<Problem, "status" | "title">>> = {
  unknown: { status: 502, title: "No agent" },
  unreachable: { status: 502, title: "No answer of the agent" },
  unfit: { status: 502, title: "No sound answer of the agent" },
  busy: { status: 503, title: "Too many readers" },
  late: { status: 504, title: "No answer of the agent in time" },
};
