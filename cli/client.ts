import type { Common } from "./command-line.ts";

/** What the scheduler refused, or why it could not be asked; the message is for people. */
export class Refused extends Error {}

/** Speaks to one scheduler. Bodies are its own documents. */
export interface Client {
  get(path: string): Promise<unknown>;
  /** An act, which the scheduler carries out and does not only forecast. */
  post(path: string, body: object): Promise<unknown>;
}

const TIMEOUT_MS = 30_000;

export function createClient({ url, token }: Common): Client {
  async function ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new Refused(`no answer from ${url}: ${reasonOf(error)}; name the scheduler with --url`);
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as unknown;
    throw new Refused(detailOf(text) ?? `${url}${path} answered ${response.status}`);
  }
  return { get: (path) => ask("GET", path), post: (path, body) => ask("POST", `${path}?dryRun=false`, body) };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** What a problem document (RFC 9457) says. */
function detailOf(text: string): string | null {
  try {
    const problem: unknown = JSON.parse(text);
    const said = typeof problem === "object" && problem !== null ? Object.entries(problem) : [];
    const [title, detail] = ["title", "detail"].map(
      (key) => said.find(([name]) => name === key)?.[1] as unknown,
    );
    return typeof detail === "string" ? `${typeof title === "string" ? `${title}: ` : ""}${detail}` : null;
  } catch {
    return null;
  }
}
