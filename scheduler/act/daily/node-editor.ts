import type Docker from "dockerode";
import * as z from "zod";
import { answered } from "../../../common/docker-call.ts";
import type { Manager, NodeChange, NodeDraft, Written } from "../../domain/daily.ts";
import type { RawSpec } from "../raw.ts";
import { digestOf } from "../steer-spec.ts";
import { changedNode } from "./change.ts";
import { differencesOf } from "./differences.ts";
import { holdsInexactNumber } from "../mapping.ts";
import { outcomeOf } from "./outcome.ts";

/** Changes one thing of a node's spec. */
export interface NodeEditor {
  /** The node afresh, and what the change would write; null when it is gone. */
  draft(id: string, change: NodeChange): Promise<NodeDraft | null>;
  write(draft: NodeDraft): Promise<Written>;
}

const NODE = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  Spec: z.looseObject({
    Role: z.enum(["manager", "worker"]),
    Availability: z.enum(["active", "pause", "drain"]),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  Description: z.object({ Hostname: z.string().default("") }).prefault({}),
  ManagerStatus: z
    .object({ Leader: z.boolean().default(false), Reachability: z.string().default("unknown") })
    .nullish(),
});
type RawNode = z.output<typeof NODE>;

/** The editor at the manager that `docker` speaks to. */
export function createNodeEditor(docker: Docker): NodeEditor {
  return {
    async draft(id, change) {
      // All of them at once: what a quorum is made of must be of one moment.
      const answer: unknown = await answered(docker, (abortSignal) => docker.listNodes({ abortSignal }));
      const nodes = z.array(NODE).parse(answer);
      const at = nodes.findIndex(({ ID }) => ID === id);
      const node = nodes[at];
      // Taken from the answer itself, untouched: what we don't know of it goes back as it came.
      const raw = (answer as readonly { readonly Spec: RawSpec }[])[at];
      return node === undefined || raw === undefined
        ? null
        : draftOf(node, raw.Spec, change, nodes.flatMap(managerOf));
    },
    async write({ id, version, spec, digest }) {
      try {
        await answered(docker, () => docker.getNode(id).update({ _query: { version }, _body: spec }));
        return { outcome: "written", version, digest };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

function draftOf(
  { ID, Version, Spec, Description }: RawNode,
  spec: RawSpec,
  change: NodeChange,
  managers: readonly Manager[],
): NodeDraft {
  const next = changedNode(spec, change);
  return {
    change,
    id: ID,
    hostname: Description.Hostname,
    version: Version.Index,
    role: Spec.Role,
    availability: Spec.Availability,
    labels: Spec.Labels ?? {},
    managers,
    exact: !holdsInexactNumber(spec),
    changes: differencesOf(spec, next),
    digest: digestOf(spec),
    spec: next,
  };
}

function managerOf({ ID, ManagerStatus }: RawNode): readonly Manager[] {
  if (ManagerStatus === null || ManagerStatus === undefined) return [];
  const { Leader, Reachability } = ManagerStatus;
  return [{ id: ID, leader: Leader, reachable: Reachability === "reachable" }];
}
