import type { Node } from "../domain/node.ts";

/** Of which containers the last minute is asked; see the agent's `GET /v1/recent`. */
export interface RecentQuery {
  readonly service?: string | undefined;
  /** A name, an id or its beginning. */
  readonly container?: string | undefined;
  readonly containers?: "all" | "none" | undefined;
}

/**
 * Why an agent cannot be asked. `unknown`: nobody knows where it is. `unreachable`: no answer, or a refusal. `late`: none
 * in time. `unfit`: one that is not what an agent says. `busy`: too many follow it, or all of them.
 */
export type AgentTrouble = "unknown" | "unreachable" | "late" | "unfit" | "busy";

/** Thrown where an agent cannot be asked. */
export class AgentError extends Error {
  readonly trouble: AgentTrouble;

  constructor(trouble: AgentTrouble, detail: string) {
    super(detail);
    this.trouble = trouble;
  }
}

/** The agents of the nodes, asked directly. */
export interface NodeAgents {
  /**
   * The node's last minute, as its agent tells it.
   * @throws AgentError
   */
  minute(node: Node, query: RecentQuery): Promise<unknown>;
  /**
   * Connects to the agent's server-sent events: the last minute, then each second. They are read by the function that is
   * given back, until the signal, or until agent or scheduler stops.
   * @throws AgentError when it cannot connect.
   */
  follow(node: Node, query: RecentQuery): Promise<(signal: AbortSignal) => AsyncIterable<string>>;
  /** Ends all that is followed. */
  close(): void;
}

/** Where no nodes are real. */
export const NO_AGENTS: NodeAgents = {
  minute: ({ hostname }) => Promise.reject(noAgentOf(hostname)),
  follow: ({ hostname }) => Promise.reject(noAgentOf(hostname)),
  close: () => undefined,
};

function noAgentOf(hostname: string): AgentError {
  return new AgentError("unknown", `${hostname} is simulated and has no agent`);
}
