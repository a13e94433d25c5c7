import axios, { type AxiosInstance } from "axios";
import { NO_HISTORY, type History } from "../../../domain/history.ts";
import { RESOURCE_NAMES, type ResourceName } from "../../../domain/resources.ts";
import type { HistoryReader } from "../../../ports.ts";
import { QueryError } from "../client.ts";
import { within, type MeasuredResource } from "../measured-resource.ts";
import { queryRange, type Span, type Trace } from "../range.ts";
import { pieceOf, type OtherTraces, type Piece, type Traces } from "./join.ts";
import { missingSpans, newestClosed, reachOf, type Reach } from "./moments.ts";
import { HISTORY_QUERIES, historyQueries, PURPOSES, type HistoryQuery } from "./queries.ts";
import { createSeriesStore, type SeriesStore } from "./store.ts";
import { idsOf, wantedOf, type Present, type WantedSeries } from "./wanted.ts";

export interface HistoryOptions {
  /** Of a Prometheus-compatible server, without a trailing slash. */
  readonly url: string;
  /** For each query. */
  readonly timeoutSeconds: number;
  readonly historySeconds: number;
  /** A divisor of a day. */
  readonly stepSeconds: number;
  /** How long after its end a step may still change. */
  readonly settleSeconds: number;
  /** After so long a reading ends with a doubt; the next one goes on where it ended. */
  readonly patienceSeconds: number;
  /** What the policy adds. */
  readonly others?: readonly MeasuredResource[];
}

const KINDS = ["tasks", "services", "nodes"] as const satisfies readonly (keyof WantedSeries)[];
type Kind = (typeof KINDS)[number];

/** What was read, and up to which step; null before the first. */
interface Past {
  readonly stores: Readonly<Record<Kind, SeriesStore>>;
  newest: number | null;
}

/**
 * Reads loads of the past from a Prometheus-compatible server. What it has read it keeps, since a closed step never
 * changes: a round asks for the steps that closed since, most of them for none.
 */
export function createHistoryReader(options: HistoryOptions): HistoryReader {
  const http = axios.create({ baseURL: options.url, timeout: options.timeoutSeconds * 1000 });
  const reach = reachOf(options.historySeconds, options.stepSeconds, options.settleSeconds);
  const { stepSeconds, others = [] } = options;
  const queries = historyQueries(stepSeconds);
  const names = [...RESOURCE_NAMES, ...others.map(({ name }) => name)];
  let past = noPast(reach, names);

  async function read(present: Present, atMs: number): Promise<History> {
    const newest = newestClosed(reach, atMs);
    // One step back is another caller's slightly older moment. More is a clock that was set back: all is read again.
    if (past.newest !== null && newest < past.newest - 1) past = noPast(reach, names);
    const wanted = wantedOf(present);
    forgetOthers(past, wanted);
    const startedMs = performance.now();
    for (const span of missingSpans(reach, past.newest, newest)) {
      const traces = await tracesOf(http, queries, span);
      take(past, pieceOf(traces, span, await otherTracesOf(http, others, span)), span, wanted);
      // What else was seen grows old meanwhile, and orders of people wait.
      if (span.last < newest && performance.now() - startedMs > options.patienceSeconds * 1000)
        throw new QueryError(`the past is still being read, ${newest - span.last} steps are to come`);
    }
    return historyOf(past, wanted, reach);
  }

  // One reading after the other: the second of two finds what the first has read.
  let last: Promise<unknown> = Promise.resolve();
  return {
    async readHistory(present, atMs) {
      const mine = last.then(() => read(present, atMs));
      last = mine.catch(() => null);
      try {
        return { history: await mine, doubts: [] };
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        return {
          history: NO_HISTORY,
          doubts: [`Prometheus at ${options.url} cannot be counted on: ${error.message}`],
        };
      }
    },
  };
}

function noPast(reach: Reach, names: readonly ResourceName[]): Past {
  // Of what the policy adds the past of tasks is read; what is beside them is taken to have been as it is.
  const stores = {
    tasks: createSeriesStore(reach, names),
    services: createSeriesStore(reach, RESOURCE_NAMES),
    nodes: createSeriesStore(reach, RESOURCE_NAMES),
  };
  return { stores, newest: null };
}

/** All queries of one span, one after the other: no more than one answer is there to be parsed at a time. */
async function tracesOf(
  http: AxiosInstance,
  queries: Readonly<Record<HistoryQuery, string>>,
  span: Span,
): Promise<Traces> {
  const traces = new Map<HistoryQuery, readonly Trace[]>();
  for (const name of HISTORY_QUERIES)
    traces.set(name, await traceOf(http, queries[name], span, PURPOSES[name]));
  return Object.fromEntries(traces) as Traces;
}

async function otherTracesOf(
  http: AxiosInstance,
  others: readonly MeasuredResource[],
  span: Span,
): Promise<OtherTraces> {
  const traces: Record<string, readonly Trace[]> = {};
  for (const { name, task } of others)
    traces[name] = await traceOf(http, within(task, span.stepSeconds), span, `the ${name} of tasks`);
  return traces;
}

async function traceOf(
  http: AxiosInstance,
  query: string,
  span: Span,
  purpose: string,
): Promise<readonly Trace[]> {
  try {
    return await queryRange(http, query, span);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(`asked for ${purpose} in the past, ${error.message}`);
  }
}

/** What has gone is not read again, and nothing more is to be told of it. */
function forgetOthers({ stores }: Past, wanted: WantedSeries): void {
  for (const kind of KINDS) stores[kind].keepOnly(idsOf(wanted[kind]));
}

function take(past: Past, piece: Piece, span: Span, wanted: WantedSeries): void {
  for (const kind of KINDS) past.stores[kind].take(piece[kind], span, idsOf(wanted[kind]));
  past.newest = span.last;
}

function historyOf({ stores, newest }: Past, wanted: WantedSeries, reach: Reach): History {
  if (newest === null) return NO_HISTORY;
  const seriesOf = (kind: Kind) => stores[kind].seriesOf(wanted[kind], newest);
  return {
    stepSeconds: reach.stepSeconds,
    points: reach.points,
    tasks: seriesOf("tasks"),
    services: seriesOf("services"),
    remainders: seriesOf("nodes"),
  };
}
