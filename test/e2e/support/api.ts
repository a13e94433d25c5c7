import assert from "node:assert/strict";
import { waitFor } from "../../../lab/lab.ts";
import { OPERATION, type Operation } from "../../../scheduler/api/schemas/operations.ts";
import type { TestScheduler } from "./scheduler.ts";

/** The secret of the tests' own schedulers, as an environment knows it. */
export const API_TOKEN = "of-the-tests";

/** What an act came to. */
export interface Acted {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How an act is asked for; in earnest, unless told otherwise. */
export interface Asking {
  readonly dryRun?: boolean;
  /** The Idempotency-Key. */
  readonly key?: string;
}

/** Asks an act of the API with the token of those who may give orders. */
export async function act(
  { url }: Pick<TestScheduler, "url">,
  path: string,
  body: object = {},
  { dryRun = false, key }: Asking = {},
): Promise<Acted> {
  const response = await fetch(`${url}/v1/${path}?dryRun=${dryRun}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${API_TOKEN}`,
      "Content-Type": "application/json",
      ...(key === undefined ? {} : { "Idempotency-Key": key }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Acted["body"] };
}

/** What is followed of what an act began. */
export function begun({ status, body }: Acted): string {
  assert.equal(status, 202, JSON.stringify(body));
  return (body["operation"] as { readonly id: string }).id;
}

/** All operations that the scheduler knows, the oldest first. */
export async function operations({ url }: Pick<TestScheduler, "url">): Promise<readonly Operation[]> {
  const response = await fetch(`${url}/v1/operations`, { signal: AbortSignal.timeout(30_000) });
  const body = (await response.json()) as { readonly operations: readonly unknown[] };
  return body.operations.map((each) => OPERATION.parse(each));
}

/** How far an operation has come. */
export async function operation({ url }: Pick<TestScheduler, "url">, id: string): Promise<Operation> {
  const response = await fetch(`${url}/v1/operations/${id}`, { signal: AbortSignal.timeout(30_000) });
  const body: unknown = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return OPERATION.parse(body);
}

/** Follows an operation to its end, which must be `done`. */
export async function done(
  scheduler: Pick<TestScheduler, "url">,
  id: string,
  timeoutMs = 60_000,
): Promise<Operation> {
  const ended = await waitFor(
    `operation ${id} to end`,
    async () => {
      const seen = await operation(scheduler, id);
      if (seen.state === "running") throw new Error(JSON.stringify(seen));
      return seen;
    },
    { timeoutMs, everyMs: 250 },
  );
  assert.equal(ended.state, "done", JSON.stringify(ended));
  return ended;
}
