import { isAxiosError, type AxiosInstance } from "axios";
import * as z from "zod";
import { brief } from "../brief.ts";

/** One element of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An answer that cannot be counted on, or none at all. */
export class QueryError extends Error {}

/** A sample's value as Prometheus writes it. What else JavaScript would take for a number (empty text, hex) is none. */
export const NUMBER = /^([-+]?\d+(\.\d+)?(e[-+]?\d+)?|[-+]?Inf|NaN)$/i;

const ANSWER = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).optional(),
  data: z.object({
    resultType: z.literal("vector"),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string().regex(NUMBER)]),
      }),
    ),
  }),
});

/**
 * Asks one instant query at a fixed time. A sample that is no finite number is left out: it is as good as missing.
 * @throws QueryError when there is no answer, or when the answer carries warnings: then it may be partial.
 */
export async function queryInstant(
  http: AxiosInstance,
  query: string,
  atMs: number,
): Promise<readonly Sample[]> {
  const answer = await ask(http, "/api/v1/query", { query, time: (atMs / 1000).toFixed(3) });
  const parsed = ANSWER.safeParse(answer);
  if (!parsed.success) throw new QueryError("its answer is no instant vector as Prometheus gives it");
  refuseWarnings(parsed.data.warnings);
  return parsed.data.data.result
    .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    .filter(({ value }) => Number.isFinite(value));
}

/**
 * Posts a form and gives what came, read as JSON where it is that, within the time that `http` allows. An answer longer
 * than `maxBytes` is given up.
 * @throws QueryError when there is no answer, or one that says no.
 */
export async function ask(
  http: AxiosInstance,
  path: string,
  fields: Readonly<Record<string, string>>,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<unknown> {
  // Of its own accord axios only times silence: an answer that comes byte by byte would never be given up.
  const { timeout = 0 } = http.defaults;
  const limits = timeout > 0 ? { signal: AbortSignal.timeout(timeout) } : {};
  const options = { ...limits, maxContentLength: Number.isFinite(maxBytes) ? maxBytes : -1 };
  const answer = await http
    .post<unknown>(path, new URLSearchParams(fields), options)
    .catch((error: unknown) => {
      throw new QueryError(describe(error));
    });
  return answer.data;
}

/** @throws QueryError when there are warnings: the answer may be partial. */
export function refuseWarnings(warnings: readonly string[] = []): void {
  if (warnings.length === 0) return;
  throw new QueryError(`it warns that its answer may be partial: ${brief(warnings.join("; "))}`);
}

/** Answers that came whole and say no. */
const REFUSED = ["ERR_BAD_REQUEST", "ERR_BAD_RESPONSE"];
const LATE = ["ECONNABORTED", "ETIMEDOUT", "ERR_CANCELED"];

function describe(error: unknown): string {
  if (!isAxiosError<unknown>(error)) return brief(String(error));
  const { code = "", message, response } = error;
  if (response !== undefined && response.status >= 300 && REFUSED.includes(code))
    return `it answered ${response.status} ${reasonIn(response.data) ?? response.statusText}`.trimEnd();
  return LATE.includes(code) ? "it did not answer in time" : brief(`${code} ${message}`);
}

/** The server's own words, when it is text that they are. */
function reasonIn(answer: unknown): string | null {
  const said = typeof answer === "object" && answer !== null && "error" in answer ? answer.error : null;
  return typeof said === "string" ? brief(said) : null;
}
