import { isAxiosError, type AxiosInstance } from "axios";
import * as z from "zod";

/** One element of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An answer that cannot be counted on, or none at all. */
export class QueryError extends Error {}

const ANSWER = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).optional(),
  data: z.object({
    resultType: z.literal("vector"),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
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
  const form = new URLSearchParams({ query, time: (atMs / 1000).toFixed(3) });
  const answer = await http.post<unknown>("/api/v1/query", form).catch((error: unknown) => {
    throw new QueryError(describe(error));
  });
  const parsed = ANSWER.safeParse(answer.data);
  if (!parsed.success) throw new QueryError("its answer is no instant vector as Prometheus gives it");
  const warnings = parsed.data.warnings ?? [];
  if (warnings.length > 0)
    throw new QueryError(`it warns that its answer may be partial: ${warnings.join("; ")}`);
  return parsed.data.data.result
    .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    .filter(({ value }) => Number.isFinite(value));
}

function describe(error: unknown): string {
  if (!isAxiosError<{ error?: string } | null>(error)) return String(error);
  if (error.response !== undefined) {
    return `it answered ${error.response.status} ${error.response.data?.error ?? error.response.statusText}`.trimEnd();
  }
  return error.code === "ECONNABORTED"
    ? "it did not answer in time"
    : `${error.code ?? ""} ${error.message}`.trim();
}
