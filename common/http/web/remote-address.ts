import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

const GROUPS = 8;
/** The half of an IPv6 address that is its network: whoever has one address has all of its network's. */
const NETWORK_GROUPS = 4;

/**
 * Where a request came from, as limits count it: an IPv4 address, or an IPv6 network of 64 bits. What proxies say in
 * headers is not believed: anybody can send those.
 */
export function remoteAddressOf({ socket }: Pick<IncomingMessage, "socket">): string {
  return countedAs(socket.remoteAddress ?? "unknown");
}

/** As `remoteAddressOf`, of an address as Node prints it. */
export function countedAs(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ""] = address.split("%");
  if (!isIPv6(plain)) return address;
  const [head = "", tail] = plain.toLowerCase().split("::");
  const first = groupsOf(head);
  const last = groupsOf(tail ?? "");
  const zeros = Array.from({ length: GROUPS - first.length - last.length }, () => "0");
  return `${[...first, ...zeros, ...last].slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

function groupsOf(part: string): readonly string[] {
  return part === "" ? [] : part.split(":").map((group) => group.replace(/^0+(?=.)/, ""));
}
