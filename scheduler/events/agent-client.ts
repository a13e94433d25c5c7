import type { Readable } from "node:stream";
import axios, { type AxiosInstance } from "axios";
import { HOST } from "../../common/metrics/names.ts";
import { SYSTEM_CLOCK, type Clock } from "../clock.ts";
import type { Node } from "../domain/node.ts";
import { brief } from "../observe/brief.ts";
import { queryInstant, QueryError } from "../observe/prometheus/client.ts";
import { newestAgents } from "../observe/prometheus/usage.ts";
import { agentAddress } from "./agent-address.ts";
import { createAudience } from "./audience.ts";
import { AgentError, type NodeAgents, type RecentQuery } from "./node-agents.ts";

export interface AgentOptions {
  /** Where agents are; see `agentAddress`. */
  readonly url: string;
  readonly prometheus: { readonly url: string; readonly timeoutSeconds: number };
  /** How long an agent may take to answer, and between two messages of one that is followed. */
  readonly timeoutSeconds?: number;
  /** How many may follow agents at once. */
  readonly most?: number;
  readonly clock?: Pick<Clock, "now">;
}

const PATH = "/v1/recent";
const USUAL_TIMEOUT_SECONDS = 10;
const USUAL_MOST = 50;
/** The last minute of 4,000 containers. */
const MINUTE_BYTES_MOST = 32 * 2 ** 20;
/** Of an answer that says no. */
const REFUSAL_BYTES_MOST = 4096;

/** Asks agents where Prometheus scrapes them, or where the managers say that the nodes are. */
export function createNodeAgents(options: AgentOptions): NodeAgents {
  const { timeoutSeconds = USUAL_TIMEOUT_SECONDS, most = USUAL_MOST } = options;
  const patienceMs = timeoutSeconds * 1000;
  const agents = axios.create({
    // What an address leads to is asked, and nothing else: no redirect, no proxy of the environment.
    maxRedirects: 0,
    proxy: false,
    responseType: "stream",
    validateStatus: () => true,
  });
  const addressOf = addressReader(options);
  const audience = createAudience(most);

  async function open(
    node: Node,
    query: RecentQuery,
    accept: string,
    signal: AbortSignal,
  ): Promise<Readable> {
    const address = await addressOf(node);
    const headers = { Accept: accept };
    const answer = await agents.get<Readable>(address + PATH, { params: query, headers, signal });
    const type = String(answer.headers["content-type"] ?? "");
    if (answer.status === 200 && type.startsWith(accept)) return answer.data;
    throw await refusalOf(node, answer.status, type, answer.data);
  }

  /** Only as long as `ask` lasts: what it opened may stay open for longer. */
  async function inTime<Result>(node: Node, ask: (late: AbortSignal) => Promise<Result>): Promise<Result> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
    }, patienceMs);
    try {
      return await ask(late.signal);
    } catch (error) {
      throw troubleOf(error, node, late.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    minute: (node, query) =>
      inTime(node, async (late) =>
        jsonIn(await textOf(await open(node, query, "application/json", late), MINUTE_BYTES_MOST), node),
      ),
    async follow(node, query) {
      if (!audience.hasRoom())
        throw new AgentError("busy", `${most} readers follow agents, which is the most; come back later`);
      const stream = await inTime(node, (late) => open(node, query, "text/event-stream", late));
      const relay = relayOf(stream, patienceMs);
      return (signal) => relay(audience.admit(signal));
    },
    close() {
      audience.close();
    },
  };
}

/** Where a node's agent is; Prometheus is asked only where the template names what it knows. */
function addressReader({
  url,
  prometheus,
  clock = SYSTEM_CLOCK,
}: AgentOptions): (node: Node) => Promise<string> {
  const http = axios.create({ baseURL: prometheus.url, timeout: prometheus.timeoutSeconds * 1000 });
  return async (node) =>
    agentAddress(url, node, url.includes("{instance}") ? await instanceOf(node, http, clock) : null);
}

async function instanceOf(
  node: Node,
  http: AxiosInstance,
  clock: Pick<Clock, "now">,
): Promise<string | null> {
  try {
    const seen = await queryInstant(http, `timestamp(${HOST.meta})`, clock.now());
    return newestAgents(seen).get(node.id)?.labels["instance"] ?? null;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const detail = `Prometheus cannot be asked where the agent of ${node.hostname} is: ${error.message}`;
    throw new AgentError("unknown", detail);
  }
}

/**
 * What a stream says until the signal, until it ends, or until nothing came or was read for too long: an agent speaks each
 * second. A break half-way is an end like others, after which a reader comes back. The stream is let go whether or not it
 * is ever read.
 */
function relayOf(stream: Readable, silenceMs: number): (signal: AbortSignal) => AsyncIterable<string> {
  const stop = (): void => {
    stream.destroy();
  };
  const watchdog = setTimeout(stop, silenceMs);
  stream.on("error", stop);
  stream.once("close", () => {
    clearTimeout(watchdog);
  });
  return (signal) => {
    signal.addEventListener("abort", stop);
    stream.once("close", () => {
      signal.removeEventListener("abort", stop);
    });
    if (signal.aborted) stop();
    return textsOf(stream.setEncoding("utf8"), () => watchdog.refresh());
  };
}

async function* textsOf(stream: Readable, onText: () => void): AsyncGenerator<string> {
  try {
    for await (const text of stream as AsyncIterable<string>) {
      onText();
      yield text;
    }
  } catch {
    return;
  }
}

async function refusalOf(
  { hostname }: Node,
  status: number,
  type: string,
  body: Readable,
): Promise<AgentError> {
  const text = await textOf(body, REFUSAL_BYTES_MOST).catch(() => "");
  if (status === 200)
    return new AgentError("unfit", `the agent of ${hostname} answered ${brief(type) || "something"} instead`);
  const said = `the agent of ${hostname} answered ${status}${text === "" ? "" : `: ${brief(detailIn(text))}`}`;
  return new AgentError(status === 503 ? "busy" : "unreachable", said);
}

/** An agent says no with a problem document. */
function detailIn(text: string): string {
  try {
    const problem: unknown = JSON.parse(text);
    const detail =
      typeof problem === "object" && problem !== null && "detail" in problem ? problem.detail : null;
    return typeof detail === "string" ? detail : text;
  } catch {
    return text;
  }
}

/** @throws AgentError when it is longer than that. */
async function textOf(stream: Readable, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new AgentError("unfit", `an agent answered more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** @throws AgentError when it is none. */
function jsonIn(text: string, { hostname }: Node): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AgentError("unfit", `the agent of ${hostname} answered what is no JSON`);
  }
}

function troubleOf(error: unknown, { hostname }: Node, late: boolean): unknown {
  if (error instanceof AgentError) return error;
  if (late) return new AgentError("late", `the agent of ${hostname} did not answer in time`);
  const code = error instanceof Error && "code" in error ? `${String(error.code)} ` : "";
  const why = error instanceof Error ? `${code}${error.message}` : String(error);
  return new AgentError("unreachable", `the agent of ${hostname} cannot be reached: ${brief(why)}`);
}
