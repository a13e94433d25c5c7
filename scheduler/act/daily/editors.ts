import type Docker from "dockerode";
import { createSwarmGateway } from "../gateway.ts";
import { createJoinTokens, type JoinTokens } from "./join-tokens.ts";
import { createNodeEditor, type NodeEditor } from "./node-editor.ts";
import { createServiceEditor, type ServiceEditor } from "./service-editor.ts";

/** What the daily work on a swarm is done with. */
export interface DailyEditors {
  readonly services: ServiceEditor;
  readonly nodes: NodeEditor;
  readonly tokens: JoinTokens;
}

/** All of them, at the manager that `docker` speaks to. */
export function createDailyEditors(docker: Docker): DailyEditors {
  return {
    services: createServiceEditor(docker, createSwarmGateway(docker)),
    nodes: createNodeEditor(docker),
    tokens: createJoinTokens(docker),
  };
}
