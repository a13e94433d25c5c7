import { HOST } from "../../common/metrics/names.ts";
import { gauge, single } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import type { Collector } from "./contract.ts";

const LOAD1 = gauge(HOST.load1, "1m load average.");
const LOAD5 = gauge(HOST.load5, "5m load average.");
const LOAD15 = gauge(HOST.load15, "15m load average.");

export const loadavg: Collector<string> = {
  name: "loadavg",
  describes: "machine",
  read: ({ procfs }) => procfs.read("loadavg"),
  parse(text) {
    const [one, five, fifteen] = text.split(" ");
    return [
      single(LOAD1, parseNumber(one)),
      single(LOAD5, parseNumber(five)),
      single(LOAD15, parseNumber(fifteen)),
    ];
  },
};
