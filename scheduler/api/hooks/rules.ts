import { isIP } from "node:net";
import type { Node } from "../../domain/node.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Alert } from "./alert.ts";

interface Common {
  /** Unique: a metric's label, and the name by which it calls. */
  readonly name: string;
  /** What labels of the alert must be; all of them. */
  readonly match: Readonly<Record<string, RegExp>>;
  /** What it causes within an hour, at the most. */
  readonly perHour: number;
}

/** What an alert is to cause. `node` and `service` are names of labels whose values name one. */
export type AlertRule = Common &
  (
    | {
        readonly do: "rebalance";
        readonly node?: string | undefined;
        readonly service?: string | undefined;
        /** Moves, at the most. */
        readonly most: number;
      }
    | { readonly do: "drain"; readonly node: string }
    | { readonly do: "pause"; readonly service?: string | undefined; readonly for: number }
    | {
        readonly do: "scale";
        readonly service: string;
        /** Replicas more, or fewer. */
        readonly by: number;
        readonly least: number;
        readonly most: number;
      }
  );

/** A call of the API that an alert comes to, or why it comes to none. */
export type AlertCall =
  | {
      readonly ok: true;
      /** The endpoint's id. */
      readonly endpoint: string;
      readonly params: Readonly<Record<string, string>>;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly ok: false; readonly detail: string };

/** The rules that an alert meets. */
export function rulesFor(rules: readonly AlertRule[], { labels }: Alert): readonly AlertRule[] {
  return rules.filter(({ match }) =>
    Object.entries(match).every(([label, pattern]) => pattern.test(valueOf(labels, label) ?? "")),
  );
}

/** What the rule comes to for the alert, as the swarm is now. Pure. */
export function callFor(rule: AlertRule, alert: Alert, snapshot: Snapshot): AlertCall {
  const reason = `alert ${alert.labels["alertname"] ?? alert.fingerprint} since ${alert.startsAt}, rule ${rule.name}`;
  switch (rule.do) {
    case "rebalance": {
      const about = subjectOf(rule, alert, snapshot);
      return about.ok ? call("rebalance", {}, { ...about.body, most: rule.most, reason }) : about;
    }
    case "drain": {
      const about = subjectOf({ node: rule.node }, alert, snapshot);
      return about.ok ? call("drainNode", { node: about.id }, { reason }) : about;
    }
    case "pause": {
      const about = subjectOf({ service: rule.service }, alert, snapshot);
      return about.ok ? call("pause", {}, { ...about.body, for: `${rule.for}s`, reason }) : about;
    }
    case "scale": {
      const about = subjectOf({ service: rule.service }, alert, snapshot);
      if (!about.ok) return about;
      const now = snapshot.services.find(({ id }) => id === about.id)?.replicas ?? null;
      if (now === null) return { ok: false, detail: "the service is not replicated" };
      const replicas = scaled(now, rule);
      if (replicas === now) return { ok: false, detail: `it has ${now} replicas, as far as the rule goes` };
      return call("scaleService", { service: about.id }, { replicas, reason });
    }
  }
}

/** Never beyond the rule's bounds, and where it is beyond them already, no farther. */
function scaled(now: number, { by, least, most }: Extract<AlertRule, { readonly do: "scale" }>): number {
  return by > 0 ? Math.max(now, Math.min(now + by, most)) : Math.min(now, Math.max(now + by, least));
}

function call(endpoint: string, params: Readonly<Record<string, string>>, body: object): AlertCall {
  return { ok: true, endpoint, params, body: { ...body } };
}

/** What an alert is about: ids, since names may be those of several. */
type About =
  | { readonly ok: true; readonly id: string; readonly body: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly detail: string };

function subjectOf(
  { node, service }: { readonly node?: string | undefined; readonly service?: string | undefined },
  { labels }: Alert,
  snapshot: Snapshot,
): About {
  const label = node ?? service;
  if (label === undefined) return { ok: true, id: "", body: {} };
  const value = valueOf(labels, label);
  if (value === undefined) return { ok: false, detail: `the alert has no label ${label}` };
  const found =
    node === undefined
      ? snapshot.services.filter(({ id, name }) => id === value || name === value)
      : snapshot.nodes.filter((each) => isNamed(each, value));
  const [only, ...others] = found;
  if (only === undefined)
    return { ok: false, detail: `the swarm has no ${kind(node)} ${JSON.stringify(value)}` };
  if (others.length > 0)
    return { ok: false, detail: `several ${kind(node)}s are called ${JSON.stringify(value)}` };
  return { ok: true, id: only.id, body: { [kind(node)]: only.id } };
}

function kind(node: string | undefined): "node" | "service" {
  return node === undefined ? "service" : "node";
}

/** By its id, hostname or address; alerts often have it with a port. */
function isNamed({ id, hostname, address }: Node, value: string): boolean {
  const host = isIP(value) > 0 ? value : value.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return [value, host].some((name) => name !== "" && [id, hostname, address].includes(name));
}

function valueOf(labels: Readonly<Record<string, string>>, label: string): string | undefined {
  return Object.hasOwn(labels, label) ? labels[label] : undefined;
}
