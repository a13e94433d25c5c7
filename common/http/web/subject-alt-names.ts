import { isIPv6, SocketAddress } from "node:net";

const KINDS = ["DNS", "IP Address", "email", "URI"];

/**
 * The names in a certificate's `subjectAltName` as Node prints it: `DNS:a, IP Address:1.2.3.4`. A value that holds
 * what would separate two names stands in quotes, as in JSON: a name that pretends to be several is one.
 */
export function subjectAltNames(printed: string): readonly string[] {
  const names: string[] = [];
  const entry = /([^:,]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;
  for (let match = entry.exec(printed); match !== null; match = entry.exec(printed)) {
    const [whole, kind = "", value = ""] = match;
    if (KINDS.includes(kind)) names.push(kind === "IP Address" ? shortAddress(value) : unquoted(value));
    if (whole === "" || entry.lastIndex >= printed.length) break;
  }
  return names;
}

function unquoted(value: string): string {
  return value.startsWith('"') ? String(JSON.parse(value)) : value;
}

/** `0:0:0:0:0:0:0:1` as `::1`, which is how Go and people write it. */
function shortAddress(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: "ipv6" }).address : address;
}
