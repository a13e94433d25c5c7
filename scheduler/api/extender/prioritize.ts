import { answers, document } from "../http/answers.ts";
import { endpoint, json, Refused, type Endpoint } from "../http/endpoint.ts";
import { EXTENDER_BODY_BYTES, judge, type Judgement } from "./judge.ts";
import type { PlacementParts } from "../reads/placement.ts";
import { EXTENDER_ARGS, HOST_PRIORITY_LIST, namesIn, type HostPriorityList } from "./protocol.ts";

/** The protocol's highest score; its lowest is 0. */
const MOST = 10;

/**
 * How good each of the nodes is for a pod. The protocol has no word for "I cannot say": then every node has 0, which leaves
 * the choice to others.
 */
export function extenderPrioritizeEndpoint(parts: PlacementParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/extender/prioritize",
    id: "extenderPrioritize",
    summary: "kube-scheduler's extender, prioritize: how good each of the nodes is for a pod, 0 to 10",
    role: "hook",
    body: EXTENDER_ARGS,
    bodyLimit: EXTENDER_BODY_BYTES,
    answers: answers({ 200: document("each node with its score", HOST_PRIORITY_LIST) }),
    async handle({ body }) {
      const judgement = await judge(parts, body);
      if (!judgement.ok && judgement.isOfAsker)
        throw new Refused({ status: 400, title: "Bad request", detail: `body.${judgement.detail}` });
      const list: HostPriorityList = namesIn(body).map((Host) => ({
        Host,
        Score: scoreOf(Host, judgement),
      }));
      return json(list);
    },
  });
}

/** Only a node that may be taken has more than 0: the worst of them 1, the best 10. */
function scoreOf(name: string, judgement: Judgement): number {
  const judged = judgement.ok ? judgement.nodes.get(name) : undefined;
  return judged?.kind === "ranked" ? Math.max(1, Math.round(judged.node.score * MOST)) : 0;
}
