import { setImmediate } from "node:timers/promises";
import type { AxiosInstance } from "axios";
import * as z from "zod";
import { ask, NUMBER, QueryError, refuseWarnings } from "./client.ts";

/** Evenly spaced moments, both ends included, counted in steps since the epoch: the moment 3 is 3 steps after it. */
export interface Span {
  readonly first: number;
  readonly last: number;
  readonly stepSeconds: number;
}

/** One series of a range. */
export interface Trace {
  readonly labels: Readonly<Record<string, string>>;
  /** One number for each moment of the span; NaN where there is none. */
  readonly values: Float32Array;
}

/** Several times what 20,000 series of 24 points take; more is no answer to what was asked. */
const MOST_BYTES = 256 * 2 ** 20;
// Between so many series others get their turn.
const SLICE = 500;

const ANSWER = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).optional(),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(
      z.object({
        // Half a million pairs: they are judged one by one where they are read, and labels without a copy of each.
        metric: z.custom<Trace["labels"]>(isLabels),
        values: z.custom<readonly unknown[]>(Array.isArray),
      }),
    ),
  }),
});

function isLabels(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => typeof each === "string");
}

/**
 * Asks one query at each moment of a span.
 * @throws QueryError when there is no answer, when it may be partial, or when it is none to this question.
 */
export async function queryRange(http: AxiosInstance, query: string, span: Span): Promise<readonly Trace[]> {
  const { first, last, stepSeconds } = span;
  const { timeout = 0 } = http.defaults;
  const fields = {
    query,
    start: String(first * stepSeconds),
    end: String(last * stepSeconds),
    step: String(stepSeconds),
    ...(timeout > 0 ? { timeout: `${timeout}ms` } : {}),
  };
  return tracesFrom(await ask(http, "/api/v1/query_range", fields, MOST_BYTES), span);
}

/**
 * Reads an answer that was asked for this span. What is no finite number is NaN: it is as good as missing.
 * @throws QueryError as `queryRange` does.
 */
export async function tracesFrom(answer: unknown, span: Span): Promise<readonly Trace[]> {
  const parsed = ANSWER.safeParse(answer);
  if (!parsed.success) throw new QueryError("its answer is no matrix as Prometheus gives it");
  refuseWarnings(parsed.data.warnings);
  const traces: Trace[] = [];
  for (const { metric, values } of parsed.data.data.result) {
    traces.push({ labels: metric, values: valuesIn(values, span) });
    if (traces.length % SLICE === 0) await setImmediate();
  }
  return traces;
}

function valuesIn(pairs: readonly unknown[], { first, last, stepSeconds }: Span): Float32Array {
  const values = new Float32Array(last - first + 1).fill(Number.NaN);
  for (const pair of pairs) {
    const both = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    const seconds = both[0];
    const text = both[1];
    if (typeof seconds !== "number" || typeof text !== "string" || !isNumber(text))
      throw new QueryError("its matrix holds what is no number at a moment");
    const index = seconds / stepSeconds - first;
    if (!Number.isInteger(index) || index < 0 || index >= values.length)
      throw new QueryError(`its matrix holds the moment ${seconds}, which was not asked for`);
    const value = Number(text);
    values[index] = Number.isFinite(value) ? value : Number.NaN;
  }
  return values;
}

const [ZERO, NINE, POINT] = [0x30, 0x39, 0x2e];

/** As the pattern says, which is slow half a million times: most numbers are told by their ends. */
function isNumber(text: string): boolean {
  const isPlain = isDigit(text, 0) && isDigit(text, text.length - 1);
  const goesOn = text.length === 1 || isDigit(text, 1) || text.charCodeAt(1) === POINT;
  return isPlain && goesOn && !Number.isNaN(Number(text)) ? true : NUMBER.test(text);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= NINE;
}
