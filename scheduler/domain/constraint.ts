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

type Family = "ipv4" | "ipv6";

// The IPv4 addresses, as IPv6 writes them.
const MAPPED_BITS = 96;
const MAPPED = new BlockList();
MAPPED.addSubnet("::ffff:0:0", MAPPED_BITS, "ipv6");

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

/** What a node has for a key of the constraint language; null for a key that Swarm does not know. */
export function attributeOf(node: Node, key: string): string | null {
  return valueOf(node, key.toLowerCase(), key);
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

interface Network {
  readonly members: BlockList;
  readonly ipv4: boolean;
}

/** `node.ip` takes an address or a network; one that is neither matches no node, whatever the operator. */
function matchesAddress(address: string, { operator, value }: Constraint): boolean {
  const network = networkOf(value);
  if (network === null) return false;
  const within = contains(network, address);
  return operator === "==" ? within : !within;
}

/** As Go has it: an IPv6 network holds no IPv4 address, not even written as IPv6. */
function contains({ members, ipv4 }: Network, address: string): boolean {
  const family = familyOf(address);
  return family !== null && isIpv4(address, family) === ipv4 && members.check(address, family);
}

function networkOf(value: string): Network | null {
  const [address = "", prefix, ...rest] = value.split("/");
  const family = familyOf(address);
  if (family === null || rest.length > 0) return null;
  const members = new BlockList();
  if (prefix === undefined) {
    members.addAddress(address, family);
    return { members, ipv4: isIpv4(address, family) };
  }
  const bits = Number(prefix);
  if (!/^\d+$/.test(prefix) || bits > (family === "ipv4" ? 32 : 128)) return null;
  members.addSubnet(address, bits, family);
  return { members, ipv4: isIpv4(address, family) && (family === "ipv4" || bits >= MAPPED_BITS) };
}

function isIpv4(address: string, family: Family): boolean {
  return family === "ipv4" || MAPPED.check(address, family);
}

/** Null for what Go does not read as an address; it refuses a zone too. */
function familyOf(address: string): Family | null {
  const version = address.includes("%") ? 0 : isIP(address);
  if (version === 0) return null;
  return version === 4 ? "ipv4" : "ipv6";
}
