import type * as z from "zod";
import type { NodeChange, NodeDraft } from "../../../domain/daily.ts";
import type { Node } from "../../../domain/node.ts";
import { permit } from "../../../govern/permit/permit.ts";
import type { Role } from "../../access/access.ts";
import { nodeIn } from "../../found.ts";
import { answers, document, problem } from "../../http/answers.ts";
import { endpoint, json, type Endpoint, type Reply } from "../../http/endpoint.ts";
import { AVAILABILITY, CHANGED_NODE, LABELS, ROLE } from "../../schemas/daily.ts";
import { ACT_QUERY, NODE_PATH } from "../../schemas/parameters.ts";
import { edit } from "./edit.ts";
import type { DailyParts } from "./parts.ts";

interface Wish {
  readonly node: string;
  readonly change: NodeChange;
  readonly force: boolean;
  readonly reason: string;
  readonly dryRun: boolean;
  readonly caller: string;
}

/** Sets and removes labels of a node. */
export function labelsEndpoint(parts: DailyParts): Endpoint {
  return endpoint({
    ...ofNode("labels", "Labels", "Set and remove labels of a node", "admin", LABELS),
    handle: ({ params, query, body: { set, remove, ...body }, caller }) =>
      changeNode(parts, {
        ...params,
        ...query,
        ...body,
        caller: caller.name,
        change: { act: "labels", set, remove },
      }),
  });
}

/** Sets whether a node takes new tasks, keeps what it has, or is emptied by Swarm's own drain. */
export function availabilityEndpoint(parts: DailyParts): Endpoint {
  return endpoint({
    ...ofNode("availability", "Availability", "Set whether a node takes tasks", "operator", AVAILABILITY),
    handle: ({ params, query, body: { availability, ...body }, caller }) =>
      changeNode(parts, {
        ...params,
        ...query,
        ...body,
        caller: caller.name,
        change: { act: "availability", availability },
      }),
  });
}

/** Makes a node a manager or a worker. */
export function roleEndpoint(parts: DailyParts): Endpoint {
  return endpoint({
    ...ofNode("role", "Role", "Make a node a manager or a worker", "admin", ROLE),
    handle: ({ params, query, body: { role, ...body }, caller }) =>
      changeNode(parts, {
        ...params,
        ...query,
        ...body,
        caller: caller.name,
        change: { act: "role", role },
      }),
  });
}

function ofNode<Body extends z.ZodType, const Needed extends Role>(
  act: NodeChange["act"],
  what: string,
  summary: string,
  role: Needed,
  body: Body,
) {
  return {
    method: "post",
    path: `/v1/nodes/{node}/${act}`,
    id: `setNode${what}`,
    summary,
    role,
    params: NODE_PATH,
    query: ACT_QUERY,
    body,
    answers: answers({
      200: document("what it would change or has changed, or that it is so already", CHANGED_NODE),
      404: problem("there is no such node"),
      409: problem("it cannot be now, somebody else wrote first, or several are called so"),
      502: problem("the manager would not take the write"),
      503: problem("the swarm cannot be read"),
    }),
  } as const;
}

async function changeNode({ observe, daily }: DailyParts, wish: Wish): Promise<Reply> {
  const { change, force, reason, dryRun, caller } = wish;
  const { node, snapshot } = await nodeIn(observe, wish.node);
  const { id, hostname } = node;
  const { draft, notes, written } = await edit({
    editor: daily.nodes,
    id,
    change,
    judge: (fresh) =>
      permit(
        {
          of: "node",
          act: change,
          force,
          subject: { node: asRead(node, fresh), managers: fresh.managers, exact: fresh.exact },
        },
        snapshot,
        daily.rules,
      ),
    dryRun,
  });
  const { changes } = draft;
  const done = written !== null;
  if (done)
    daily.onDeed({ caller, reason, act: change, subject: id, name: hostname, changes, notes, update: null });
  return json({ dryRun, done, act: change.act, changes, notes, reason, node: { id, hostname } });
}

/** The node with what of it can be written as it was just read. */
function asRead(node: Node, { role, availability, labels }: NodeDraft): Node {
  return { ...node, role, availability, labels };
}
