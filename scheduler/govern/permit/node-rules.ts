import { OWN_LABELS } from "../../domain/daily.ts";
import type { Labels, Node } from "../../domain/node.ts";
import { forbids, hinders, warns, type Asked, type Rule } from "./asked.ts";
import { countOf, describeEvictions, evictionsFrom, tasksByService } from "./evictions.ts";

type AskedOfNode = Extract<Asked, { readonly of: "node" }>;

/** Labels that Ballast goes by are its own to write. */
export const ownLabels: Rule = (asked) => {
  if (asked.of !== "node" || asked.act.act !== "labels") return null;
  const own = [...Object.keys(asked.act.set), ...asked.act.remove].filter((name) =>
    name.startsWith(OWN_LABELS),
  );
  return own.length === 0
    ? null
    : forbids(
        "own-labels",
        `${own.join(", ")}: labels that begin with ${OWN_LABELS} are Ballast's own; leave them out`,
      );
};

/** Any write to a node has Swarm look through its tasks: the old one of a move is where it is no longer allowed. */
export const notMovingFrom: Rule = (asked, facts) => {
  if (asked.of !== "node" || !changes(asked)) return null;
  const moving = tasksByService(facts, asked.subject.node.id).filter(({ service }) => service.steer !== null);
  if (moving.length === 0) return null;
  const names = moving.map(({ service }) => service.name).join(", ");
  return hinders(
    "moving",
    `Ballast is moving a task of ${names}, and a write to this node could end it; ask again when that is over`,
  );
};

/** Swarm shuts down at once what a node's new labels or role no longer admit. */
export const nothingEvicted: Rule = (asked, facts) => {
  if (asked.of !== "node" || !changes(asked)) return null;
  const { node } = asked.subject;
  const { act } = asked;
  if (act.act === "availability" && act.availability !== "active") return null;
  // While a node is paused or drained, the enforcer passes it over.
  const before = act.act === "availability" ? null : node;
  const evicted = evictionsFrom(facts, before, nodeAfter(asked));
  return evicted.length === 0
    ? null
    : warns(
        "evicted",
        `Swarm would shut down at once, whatever their update settings: ${describeEvictions(evicted)}`,
      );
};

/** Swarm's own drain cuts; Ballast's does not. Tasks of global services end with either. */
export const notCut: Rule = (asked, facts) => {
  if (asked.of !== "node" || !changes(asked)) return null;
  if (asked.act.act !== "availability" || asked.act.availability !== "drain") return null;
  const { id, hostname } = asked.subject.node;
  const cut = tasksByService(facts, id).filter(({ service }) => service.mode !== "global");
  if (cut.length === 0) return null;
  const what = cut.map(({ service, tasks }) => `${service.name} (${countOf(tasks.length)})`).join(", ");
  return warns(
    "cut",
    `Swarm would stop at once: ${what}; POST /v1/nodes/${hostname}/drain moves them off first`,
  );
};

/** What a drain that stands would undo. */
export const noOrder: Rule = (asked, { orders }) => {
  if (asked.of !== "node" || asked.act.act !== "availability" || asked.act.availability === "drain")
    return null;
  const { id, hostname } = asked.subject.node;
  return orders.some((order) => order.kind === "drain" && order.node === id)
    ? hinders("ordered", `a drain of it is ordered; POST /v1/nodes/${hostname}/restore takes that back`)
    : null;
};

/** A node that is away cannot take the role up. */
export const canPromote: Rule = (asked) => {
  if (asked.of !== "node" || asked.act.act !== "role" || asked.act.role !== "manager" || !changes(asked))
    return null;
  const { state } = asked.subject.node;
  return state === "ready"
    ? null
    : hinders("ready", `it is ${state}, and could not take part as a manager; bring it back first`);
};

/** The managers that are left must be able to decide, and the one that leads is not sent away. */
export const keepsQuorum: Rule = (asked) => {
  if (asked.of !== "node" || asked.act.act !== "role" || asked.act.role !== "worker" || !changes(asked))
    return null;
  const { node, managers } = asked.subject;
  const left = managers.filter(({ id }) => id !== node.id);
  if (left.length === 0) return hinders("quorum", "it is the last manager; promote another node first");
  const leads = managers.some(({ id, leader }) => id === node.id && leader);
  if (leads || node.leader)
    return hinders("quorum", "it leads the managers; demote it once another one leads");
  const reachable = left.filter((manager) => manager.reachable).length;
  const quorum = quorumOf(left.length);
  return reachable >= quorum
    ? null
    : hinders(
        "quorum",
        `of the ${left.length} managers left ${reachable} could be reached, and ${quorum} are needed; bring the others back, or promote another node first`,
      );
};

/** How many of so many managers must agree. */
export function quorumOf(managers: number): number {
  return Math.floor(managers / 2) + 1;
}

/** Whether what is asked is not so already. */
function changes({ act, subject: { node } }: AskedOfNode): boolean {
  switch (act.act) {
    case "availability":
      return act.availability !== node.availability;
    case "role":
      return act.role !== node.role;
    case "labels":
      return (
        Object.entries(act.set).some(
          ([name, value]) => !has(node.labels, name) || node.labels[name] !== value,
        ) || act.remove.some((name) => has(node.labels, name))
      );
  }
}

/** The node as Swarm would see it. */
function nodeAfter({ act, subject: { node } }: AskedOfNode): Node {
  switch (act.act) {
    case "availability":
      return { ...node, availability: act.availability };
    case "role":
      return { ...node, role: act.role };
    case "labels": {
      const kept = Object.entries(node.labels).filter(([name]) => !act.remove.includes(name));
      return { ...node, labels: { ...Object.fromEntries(kept), ...act.set } };
    }
  }
}

function has(labels: Labels, name: string): boolean {
  return Object.hasOwn(labels, name);
}
