import { single, untyped } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import { readHostNet } from "../sources/procfs.ts";
import type { Collector } from "./contract.ts";

/** The protocols' counters. Null where the kernel has none (IPv6 switched off). */
export interface NetStats {
  readonly netstat: string | null;
  readonly snmp: string | null;
  readonly snmp6: string | null;
}

type Statistic = readonly [protocol: string, name: string, value: number];

// node_exporter's default choice: that of 1.5, and the two that later ones added.
const SHOWN = new RegExp(
  "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)" +
    "|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)" +
    "|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)" +
    "|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$",
);

/** Retransmissions, resets, drops: what the host's network protocols count. */
export const netstat: Collector<NetStats> = {
  describes: "machine",
  read({ procfs }) {
    const [netstat, snmp, snmp6] = ["netstat", "snmp", "snmp6"].map((file) => readHostNet(procfs, file));
    if (netstat === null && snmp === null && snmp6 === null) return null;
    return { netstat: netstat ?? null, snmp: snmp ?? null, snmp6: snmp6 ?? null };
  },
  parse({ netstat, snmp, snmp6 }) {
    const statistics = [...parsePairs(netstat ?? ""), ...parsePairs(snmp ?? ""), ...parseLines(snmp6 ?? "")];
    const shown = new Map(
      statistics
        .map(([protocol, name, value]) => [`${protocol}_${name}`, { help: protocol + name, value }] as const)
        .filter(([field]) => SHOWN.test(field) && /^\w+$/.test(field)),
    );
    return [...shown].map(([field, { help, value }]) =>
      single(untyped(`node_netstat_${field}`, `Statistic ${help}.`), value),
    );
  },
};

/** Lines in pairs, as in /proc/net/snmp: `Tcp: ActiveOpens …` over `Tcp: 13246 …`. */
function parsePairs(text: string): readonly Statistic[] {
  return [...text.matchAll(/^(\w+): (.*)\n\1: (.*)$/gm)].flatMap(
    ([, protocol = "", names = "", values = ""]) => {
      const columns = values.split(" ");
      return names.split(" ").flatMap((name, column) => toStatistic(protocol, name, columns[column]));
    },
  );
}

/** One counter a line, as in /proc/net/snmp6: `Icmp6InMsgs 2`. */
function parseLines(text: string): readonly Statistic[] {
  return [...text.matchAll(/^([A-Za-z]+6)(\w+)\s+(\S+)$/gm)].flatMap(([, protocol = "", name = "", value]) =>
    toStatistic(protocol, name, value),
  );
}

function toStatistic(protocol: string, name: string, text: string | undefined): readonly Statistic[] {
  const value = parseNumber(text);
  return value === null ? [] : [[protocol, name, value]];
}
