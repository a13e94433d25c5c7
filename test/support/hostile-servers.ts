import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { queriesFor, type Queries } from "../../scheduler/observe/prometheus/queries.ts";
import { WINDOW_SECONDS, type Documents, type Json, type JsonObject } from "./hostile-world.ts";
import { land } from "./hostile-swarm.ts";

export const MAX_AGE_SECONDS = 60;

/** An answer as no server should give it: `cut` ends the connection in its middle, `trickle` never comes to an end. */
export interface SpoiltAnswer {
  readonly status?: number;
  readonly type?: string;
  /** What is sent instead of the sound text; may use it. */
  readonly text?: (sound: string) => string;
  readonly manner?: "whole" | "cut" | "trickle" | "silent";
}

/** Which answers are spoilt: by the path of the Docker API (`/nodes`), or by the name of the query. */
export type Spoilt = Readonly<Record<string, SpoiltAnswer>>;

/** A write, as it came, and the text of the service as it was told last before. */
export interface SeenWrite {
  readonly method: string;
  readonly path: string;
  readonly version: string | null;
  readonly body: string;
  /** The text of the service's document when the write came; null when the write is of no service that is there. */
  readonly before: string | null;
}

/** A manager and a Prometheus, both fake, on the loopback address. */
export interface HostileServers {
  readonly dockerPort: number;
  readonly prometheusPort: number;
  /** From now on these are the answers, and nothing was written yet. */
  play(documents: Documents, spoilt?: Spoilt): void;
  readonly writes: readonly SeenWrite[];
}

interface Stage {
  documents: Documents;
  spoilt: Spoilt;
  writes: SeenWrite[];
}

const QUERY_NAMES = new Map(
  Object.entries(queriesFor(WINDOW_SECONDS, MAX_AGE_SECONDS)).map(([name, query]) => [
    query as string,
    name as keyof Queries,
  ]),
);
const TRICKLE_MS = 20;

/** Starts both; they stop with the test file. */
export async function startHostileServers(documents: Documents): Promise<HostileServers> {
  const stage: Stage = { documents, spoilt: {}, writes: [] };
  const [docker, prometheus] = await Promise.all([
    listen((request, body) => dockerAnswer(stage, request, body)),
    listen((_request, body) => prometheusAnswer(stage, body)),
  ]);
  return {
    dockerPort: portOf(docker),
    prometheusPort: portOf(prometheus),
    play(next, spoilt = {}) {
      stage.documents = next;
      stage.spoilt = spoilt;
      stage.writes = [];
    },
    get writes() {
      return stage.writes;
    },
  };
}

interface Answer extends SpoiltAnswer {
  readonly sound: string;
}

async function listen(answer: (request: IncomingMessage, body: string) => Answer): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      send(response, answer(request, Buffer.concat(chunks).toString()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function send(response: ServerResponse, { sound, status = 200, type, text, manner = "whole" }: Answer): void {
  if (manner === "silent") return;
  const body = Buffer.from(text === undefined ? sound : text(sound));
  response.writeHead(status, { "Content-Type": type ?? "application/json", "Content-Length": body.length });
  if (manner === "whole") {
    response.end(body);
  } else if (manner === "cut") {
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  } else {
    trickle(response, body);
  }
}

/** A byte now and then: no socket ever idles, and no answer ever ends. */
function trickle(response: ServerResponse, body: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(at, at + 1));
    at = Math.min(at + 1, body.length - 2);
  }, TRICKLE_MS);
  response.on("close", () => {
    clearInterval(timer);
  });
}

function prometheusAnswer({ documents, spoilt }: Stage, body: string): Answer {
  const name = QUERY_NAMES.get(new URLSearchParams(body).get("query") ?? "");
  if (name === undefined) return { sound: '{"status":"error","error":"unknown query"}', status: 400 };
  const answer = { status: "success", data: { resultType: "vector", result: documents.prometheus[name] } };
  return { sound: JSON.stringify(answer), ...spoilt[name] };
}

function dockerAnswer(stage: Stage, request: IncomingMessage, body: string): Answer {
  const url = new URL(request.url ?? "/", "http://fake");
  const { docker } = stage.documents;
  const [kind = "", id, verb] = decodeURIComponent(url.pathname).slice(1).split("/");
  const method = request.method ?? "";
  if (method !== "GET") return written(stage, { url, method, kind, id, verb, body });
  if (id !== undefined) {
    const [one] = (kind === "services" ? docker.services : docker.nodes).filter(({ ID }) => ID === id);
    const found = one === undefined ? { status: 404, sound: '{"message":"not found"}' } : soundOf(one);
    return { ...found, ...stage.spoilt[`/${kind}/ID`] };
  }
  const list = kind in docker ? docker[kind as keyof typeof docker] : null;
  return { ...soundOf(filtered(list, url)), ...stage.spoilt[`/${kind}`] };
}

function soundOf(document: Json | readonly Json[]): Answer {
  return { sound: JSON.stringify(document) };
}

/** Tasks by their service, as the mover asks for them. */
function filtered(list: JsonObject | JsonObject[] | null, url: URL): Json {
  const filters = JSON.parse(url.searchParams.get("filters") ?? "{}") as { service?: readonly Json[] };
  if (filters.service === undefined || !Array.isArray(list)) return list;
  return list.filter(({ ServiceID = "" }) => filters.service?.includes(ServiceID));
}

interface Write {
  readonly url: URL;
  readonly method: string;
  readonly kind: string;
  readonly id: string | undefined;
  readonly verb: string | undefined;
  readonly body: string;
}

/** Keeps what was written; a write to a service is taken as a manager takes it, and its task lands at once. */
function written(stage: Stage, { url, method, kind, id, verb, body }: Write): Answer {
  const service = stage.documents.docker.services.find(({ ID }) => kind === "services" && ID === id);
  stage.writes.push({
    method,
    path: url.pathname,
    version: url.searchParams.get("version"),
    body,
    before: service === undefined ? null : JSON.stringify(service),
  });
  const spoilt = stage.spoilt[`${method} /${kind}`];
  if (service === undefined || verb !== "update") return { status: 200, sound: "{}", ...spoilt };
  const isTaken = land(stage.documents, service, url.searchParams.get("version"), body);
  const answer = isTaken
    ? { status: 200, sound: '{"Warnings":null}' }
    : { status: 500, sound: '{"message":"rpc error: code = Unknown desc = update out of sequence"}' };
  return { ...answer, ...spoilt };
}
