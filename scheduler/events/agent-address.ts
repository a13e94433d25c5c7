import { isIPv6 } from "node:net";
import type { Node } from "../domain/node.ts";
import { AgentError } from "./node-agents.ts";

/** What may stand in the setting for the address of a node's agent. */
const PLACES = /\{(\w+)\}/g;
const PLACE_NAMES = ["instance", "address", "hostname"] as const;
type PlaceName = (typeof PLACE_NAMES)[number];

/** A host with or without a port and nothing else: no path, no user, no query may come of what others wrote. */
const HOST_AND_PORT = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * The base address of a node's agent, after a template such as `http://{instance}` or `https://{address}:9880`.
 * `instance` is where Prometheus scrapes it, null when Prometheus knows of none; `address` and `hostname` are what the
 * managers say. Nothing of it comes from who asks.
 * @throws AgentError when a part is not known, or is no host.
 */
export function agentAddress(
  template: string,
  { hostname, address }: Pick<Node, "hostname" | "address">,
  instance: string | null,
): string {
  const parts: Readonly<Record<PlaceName, string>> = {
    instance: instance ?? "",
    address: isIPv6(address) ? `[${address}]` : address,
    hostname,
  };
  return template.replaceAll(PLACES, (_place, name: string) => {
    const part = isPlaceName(name) ? parts[name] : "";
    if (HOST_AND_PORT.test(part)) return part;
    if (part !== "")
      throw new AgentError("unknown", `the ${name} of ${hostname}, ${JSON.stringify(part)}, is no host`);
    const why =
      name === "instance"
        ? `no agent of ${hostname} reports to Prometheus; see that it runs and is scraped`
        : `the managers know no ${name} of ${hostname}`;
    throw new AgentError("unknown", why);
  });
}

/** What is wrong with a template; null when nothing is. */
export function faultOfTemplate(template: string): string | null {
  const names = [...template.matchAll(PLACES)].map(([, name = ""]) => name);
  const stranger = names.find((name) => !isPlaceName(name));
  const known = PLACE_NAMES.map((name) => `{${name}}`).join(", ");
  if (stranger !== undefined) return `{${stranger}} is unknown; write some of ${known}`;
  if (names.length === 0)
    return `it names no node: every agent would be the same one; write some of ${known}`;
  const example = URL.parse(template.replaceAll(PLACES, "host"));
  if (
    example === null ||
    !["http:", "https:"].includes(example.protocol) ||
    !/^https?:\/\/[^/@]+\/?$/.test(template)
  )
    return "is no address; write one such as http://{instance} or https://{address}:9880";
  return null;
}

function isPlaceName(word: string): word is PlaceName {
  return (PLACE_NAMES as readonly string[]).includes(word);
}
