import { gauge, single, type Family } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import { readHostNet } from "../sources/procfs.ts";
import type { Collector } from "./contract.ts";

/** The host's sockets in use. */
export interface Sockets {
  readonly sockstat: string | null;
  readonly sockstat6: string | null;
  /** Bytes: the kernel counts socket memory in pages. */
  readonly pageSize: number;
}

const USED = gauge("node_sockstat_sockets_used", "Number of IPv4 sockets in use.");
const STATES = ["inuse", "orphan", "tw", "alloc", "mem", "memory"];

export const sockstat: Collector<Sockets> = {
  describes: "machine",
  read({ procfs, system }) {
    const sockstat = readHostNet(procfs, "sockstat");
    const sockstat6 = readHostNet(procfs, "sockstat6");
    return sockstat === null && sockstat6 === null
      ? null
      : { sockstat, sockstat6, pageSize: system.pageSize };
  },
  parse: ({ sockstat, sockstat6, pageSize }) => [
    single(USED, parseNumber(/^sockets: used (\d+)$/m.exec(sockstat ?? "")?.[1])),
    ...parseProtocols(sockstat ?? "", pageSize),
    ...parseProtocols(sockstat6 ?? "", pageSize),
  ],
};

/** Lines such as `TCP: inuse 4 orphan 0 tw 34 alloc 4 mem 104`. */
function parseProtocols(text: string, pageSize: number): readonly Family[] {
  return [...text.matchAll(/^([A-Z]\w*):((?: \w+ \d+)+)$/gm)].flatMap(([, protocol = "", pairs = ""]) =>
    [...pairs.matchAll(/ (\w+) (\d+)/g)].flatMap(([, state = "", digits]) => {
      const value = Number(digits);
      if (!STATES.includes(state)) return [];
      const shown = [ofState(protocol, state, value)];
      return state === "mem" ? [...shown, ofState(protocol, "mem_bytes", value * pageSize)] : shown;
    }),
  );
}

function ofState(protocol: string, state: string, value: number): Family {
  const spec = gauge(
    `node_sockstat_${protocol}_${state}`,
    `Number of ${protocol} sockets in state ${state}.`,
  );
  return single(spec, value);
}
