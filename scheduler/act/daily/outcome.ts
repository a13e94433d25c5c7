import type { Written } from "../../domain/daily.ts";
import { statusOf } from "../gateway.ts";

/** What the manager says when somebody wrote first. */
const STALE = "update out of sequence";
const BAD_REQUEST = 400;
const NOT_FOUND = 404;
const SERVER_ERROR = 500;

/** What a write that failed comes to. @throws what is no answer to the write, such as a manager that is away. */
export function outcomeOf(error: unknown): Exclude<Written, { readonly outcome: "written" }> {
  const detail = error instanceof Error ? error.message : String(error);
  if (detail.includes(STALE)) return { outcome: "conflict" };
  const status = statusOf(error);
  if (status === NOT_FOUND) return { outcome: "gone" };
  if (status === null || status < BAD_REQUEST || status >= SERVER_ERROR) throw error;
  return { outcome: "refused", status, detail };
}
