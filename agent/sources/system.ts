import { readFileSync } from "node:fs";
import { hostname, machine, release, type, version } from "node:os";
import { createZone, type Zone } from "./zone.ts";

/** What the kernel tells of itself; it cannot change while a process runs, but for the time zone's summer. */
export interface SystemFacts {
  readonly sysname: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  /** In a container the container's own, not the host's. */
  readonly hostname: string;
  /** Bytes. */
  readonly pageSize: number;
  /** This process' time zone at a moment, in seconds since the epoch. */
  zone(at: number): Zone;
}

// getauxval(3): pairs of words, type and value, in the machine's byte order.
const AUXV = "/proc/self/auxv";
const AT_PAGESZ = 6n;
const WORD_BYTES = 8;
const USUAL_PAGE_SIZE = 4096;

/** Asks the running system. */
export function readSystem(): SystemFacts {
  return {
    sysname: type(),
    release: release(),
    version: version(),
    machine: machine(),
    hostname: hostname(),
    pageSize: readPageSize(),
    zone: createZone(),
  };
}

/** Node tells no page size, and it is not 4 KiB everywhere: ARM kernels come with 16 and 64 KiB too. */
function readPageSize(): number {
  try {
    return parsePageSize(readFileSync(AUXV)) ?? USUAL_PAGE_SIZE;
  } catch {
    return USUAL_PAGE_SIZE;
  }
}

/** The page size in an auxiliary vector of 64-bit little-endian words; null when it has none. */
export function parsePageSize(auxv: Buffer): number | null {
  for (let at = 0; at + 2 * WORD_BYTES <= auxv.length; at += 2 * WORD_BYTES) {
    if (auxv.readBigUInt64LE(at) === AT_PAGESZ) return Number(auxv.readBigUInt64LE(at + WORD_BYTES));
  }
  return null;
}
