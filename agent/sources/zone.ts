import { readFileSync } from "node:fs";

/** A time zone as it is at some moment. */
export interface Zone {
  /** Such as `UTC`, `CEST`, or `+03` where the zone has no letters. */
  readonly name: string;
  /** What is added to UTC. */
  readonly offsetSeconds: number;
}

/** Tells this process' time zone at a moment, in seconds since the epoch. */
export function createZone(env: NodeJS.ProcessEnv = process.env): (at: number) => Zone {
  const rule = readRule(env["TZ"]);
  return (at) => zoneOf(rule, new Date(at * 1000).getTimezoneOffset() * -60 || 0);
}

/**
 * The zone of an offset, by the rule at the end of a zone's file, as in POSIX's TZ: `CET-1CEST,M3.5.0,M10.5.0/3`.
 * When summer begins need not be known: the offset tells. Names from Intl would be `GMT+1`, and cost 9 MB.
 */
export function zoneOf(rule: string, offsetSeconds: number): Zone {
  const [, standard, sign, hours, minutes, summer] =
    /^([A-Za-z]{3,}|<[^>]+>)([+-]?)(\d+)(?::(\d+))?(?::\d+)?([A-Za-z]{3,}|<[^>]+>)?/.exec(rule) ?? [];
  const west = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60) * (sign === "-" ? -1 : 1);
  const name = -west === offsetSeconds ? standard : summer;
  return { name: name?.replace(/[<>]/g, "") ?? plainName(offsetSeconds), offsetSeconds };
}

function plainName(offsetSeconds: number): string {
  if (offsetSeconds === 0) return "UTC";
  const minutes = Math.round(Math.abs(offsetSeconds) / 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  const rest = minutes % 60 === 0 ? "" : two(minutes % 60);
  return `${offsetSeconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${rest}`;
}

function readRule(zone: string | undefined): string {
  const file = zone === undefined || zone === "" ? "/etc/localtime" : `/usr/share/zoneinfo/${zone}`;
  try {
    return readFileSync(file, "latin1").trimEnd().split("\n").at(-1) ?? "";
  } catch {
    return "";
  }
}
