import type { RefusedNode } from "../../decide/place.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { EXTENDER_BODY_BYTES, judge, type Judgement, type NodeJudgement } from "./judge.ts";
import type { PlacementParts } from "../reads/placement.ts";
import {
  EXTENDER_ARGS,
  EXTENDER_FILTER_RESULT,
  namesIn,
  type ExtenderArgs,
  type ExtenderFilterResult,
} from "./protocol.ts";

/** On which of the nodes a pod may stand. What keeps Ballast from judging is said in `Error`, as the protocol has it. */
export function extenderFilterEndpoint(parts: PlacementParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/extender/filter",
    id: "extenderFilter",
    summary: "kube-scheduler's extender, filter: on which of the nodes a pod may stand",
    role: "hook",
    body: EXTENDER_ARGS,
    bodyLimit: EXTENDER_BODY_BYTES,
    answers: answers({
      200: document("the nodes that pass, and why the others do not", EXTENDER_FILTER_RESULT),
    }),
    async handle({ body }) {
      return json(resultOf(body, await judge(parts, body)));
    },
  });
}

function resultOf(args: ExtenderArgs, judgement: Judgement): ExtenderFilterResult {
  const none = { Nodes: null, NodeNames: null, FailedNodes: {}, FailedAndUnresolvableNodes: {} };
  if (!judgement.ok) return { ...none, Error: judgement.detail };
  const passes = (name: string): boolean => judgement.nodes.get(name)?.kind === "ranked";
  return {
    ...passing(args, passes),
    FailedNodes: failed(judgement.nodes, (node) => node.kind === "refused" && !isStanding(node.node)),
    FailedAndUnresolvableNodes: failed(
      judgement.nodes,
      (node) => node.kind === "stranger" || (node.kind === "refused" && isStanding(node.node)),
    ),
    Error: "",
  };
}

/** In the form that was asked in, and in its order. */
function passing(
  args: ExtenderArgs,
  passes: (name: string) => boolean,
): Pick<ExtenderFilterResult, "Nodes" | "NodeNames"> {
  const { Nodes } = args;
  if ((args.NodeNames ?? null) !== null || Nodes === null || Nodes === undefined)
    return { Nodes: null, NodeNames: namesIn(args).filter(passes) };
  return {
    Nodes: { ...Nodes, items: Nodes.items.filter(({ metadata }) => passes(metadata.name)) },
    NodeNames: null,
  };
}

/** One rule that would refuse whatever else stood there is enough. */
function isStanding({ refusals }: RefusedNode): boolean {
  return refusals.some(({ standing }) => standing);
}

function failed(
  nodes: ReadonlyMap<string, NodeJudgement>,
  isMeant: (node: NodeJudgement) => boolean,
): Readonly<Record<string, string>> {
  const meant = [...nodes].filter(([, node]) => isMeant(node));
  return Object.fromEntries(meant.map(([name, node]) => [name, reasonOf(node)]));
}

function reasonOf(judgement: NodeJudgement): string {
  switch (judgement.kind) {
    case "ranked":
      return "";
    case "refused":
      return judgement.node.refusals.map(({ filter, detail }) => `${filter}: ${detail}`).join("; ");
    case "stranger":
      return judgement.detail;
  }
}
