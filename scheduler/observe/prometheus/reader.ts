import axios from "axios";
import type { UsageReader, UsageReading } from "../../ports.ts";
import type { ImageReader } from "../images.ts";
import { queryInstant, QueryError } from "./client.ts";
import { readImagesFrom } from "./images.ts";
import type { MeasuredResource } from "./measured-resource.ts";
import { readOthers, withOthers } from "./others.ts";
import { queriesFor, type Queries } from "./queries.ts";
import { usageFrom, type Answers } from "./usage.ts";

export interface PrometheusOptions {
  /** Of a Prometheus-compatible server, without a trailing slash. */
  readonly url: string;
  readonly timeoutSeconds: number;
  readonly windowSeconds: number;
  /** A sample older than this is stale. */
  readonly maxAgeSeconds: number;
  /** What the policy adds to CPU and memory. */
  readonly others?: readonly MeasuredResource[];
}

/** Reads usage, and which images are where, from a Prometheus-compatible server. */
export function createUsageReader(options: PrometheusOptions): UsageReader & ImageReader {
  const http = axios.create({ baseURL: options.url, timeout: options.timeoutSeconds * 1000 });
  const { windowSeconds, maxAgeSeconds, others = [] } = options;
  const queries = queriesFor(windowSeconds, maxAgeSeconds);
  const names = Object.keys(queries) as (keyof Queries)[];
  return {
    readImages: (images, atMs) => readImagesFrom(http, images, atMs),
    async read(atMs) {
      try {
        const [answers, ofOthers] = await Promise.all([
          Promise.all(names.map((name) => queryInstant(http, queries[name], atMs))),
          readOthers(http, others, windowSeconds, atMs),
        ]);
        const byName = Object.fromEntries(
          names.map((name, index) => [name, answers[index] ?? []]),
        ) as Answers;
        return withOthers(usageFrom(byName, windowSeconds, atMs), byName, ofOthers);
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        return unread(`Prometheus at ${options.url} cannot be counted on: ${error.message}`);
      }
    },
  };
}

function unread(doubt: string): UsageReading {
  return {
    nodeUsage: {},
    taskUsage: {},
    ages: {},
    report: { source: "prometheus", ageSeconds: null, doubts: [doubt] },
  };
}
