import { BlockList, isIP } from "node:net";
import type { Labels, Node } from "./node.ts";

/** One term of a service's placement constraints. The list of them is ANDed. */
export interface Constraint {
  readonly key: string;
  readonly operator: "==" | "!=";
  readonly value: string;
}

export type ParsedConstraint =
  { readonly ok: true; readonly constraint: Constraint } | { readonly ok: false; readonly detail: string };

// Swarm's own two patterns (manager/constraint/constraint.go).
const KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const VALUE = /^[a-z0-9:\-_ \t\n\f\r.*()?+[\]\\^$|/]+$/i;
const NODE_LABEL = "node.labels.";
const ENGINE_LABEL = "engine.labels.";

/** Reads one constraint by Swarm's rules: two operators, keys and values of certain characters, blanks around allowed. */
export function parseConstraint(text: string): ParsedConstraint {
  const operator = ["==", "!="].find((candidate) => text.includes(candidate)) as
    Constraint["operator"] | undefined;
  if (operator === undefined) return { ok: false, detail: `"${text}" has neither == nor !=` };
  const at = text.indexOf(operator);
  const key = text.slice(0, at).trim();
  const value = text.slice(at + operator.length).trim();
  if (!KEY.test(key)) return { ok: false, detail: `key "${key}" is invalid` };
  if (!VALUE.test(value)) return { ok: false, detail: `value "${value}" is invalid` };
  return { ok: true, constraint: { key, operator, value } };
}

/** Whether a node satisfies a constraint. A key that Swarm does not know matches no node, whatever the operator. */
export function matchesConstraint(node: Node, constraint: Constraint): boolean {
  const key = constraint.key.toLowerCase();
  if (key === "node.ip") return matchesAddress(node.address, constraint);
  const actual = valueOf(node, key, constraint.key);
  if (actual === null) return false;
  const same = actual.toLowerCase() === constraint.value.toLowerCase();
  return constraint.operator === "==" ? same : !same;
}

/** The first of a service's constraints that keeps it off a node, or null when none does. */
export function refusingConstraint(node: Node, constraints: readonly string[]): string | null {
  const refusing = constraints.find((text) => {
    const parsed = parseConstraint(text);
    return !parsed.ok || !matchesConstraint(node, parsed.constraint);
  });
  return refusing ?? null;
}

function valueOf(node: Node, key: string, spelled: string): string | null {
  switch (key) {
    case "node.id":
      return node.id;
    case "node.hostname":
      return node.hostname;
    case "node.role":
      return node.role;
    case "node.platform.os":
      return node.platform.os;
    case "node.platform.arch":
      return node.platform.architecture;
    default:
      return (
        labelOf(node.labels, key, spelled, NODE_LABEL) ??
        labelOf(node.engineLabels, key, spelled, ENGINE_LABEL)
      );
  }
}

/** The prefix compares without case, the label's own name with it; a label that is not there is the empty text. */
function labelOf(labels: Labels, key: string, spelled: string, prefix: string): string | null {
  if (!key.startsWith(prefix) || key.length === prefix.length) return null;
  const name = spelled.slice(prefix.length);
  return Object.hasOwn(labels, name) ? (labels[name] ?? "") : "";
}

/** `node.ip` takes an address or a network; one that is neither matches no node, whatever the operator. */
function matchesAddress(address: string, { operator, value }: Constraint): boolean {
  const network = networkOf(value);
  if (network === null) return false;
  const family = familyOf(address);
  const within = family !== null && network.check(address, family);
  return operator === "==" ? within : !within;
}

function networkOf(value: string): BlockList | null {
  const [address = "", prefix, ...rest] = value.split("/");
  const family = familyOf(address);
  if (family === null || rest.length > 0) return null;
  const list = new BlockList();
  if (prefix === undefined) {
    list.addAddress(address, family);
    return list;
  }
  const bits = Number(prefix);
  if (!/^\d+$/.test(prefix) || bits > (family === "ipv4" ? 32 : 128)) return null;
  list.addSubnet(address, bits, family);
  return list;
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const version = isIP(address);
  if (version === 0) return null;
  return version === 4 ? "ipv4" : "ipv6";
}
