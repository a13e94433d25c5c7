import Docker from "dockerode";
import type { Snapshot } from "../../../../../scheduler/domain/snapshot.ts";
import { startFakeServer, type FakeAnswer, type SeenRequest } from "../../../../support/fake-server.ts";
import { aRawSpec } from "../../../../support/raw-builder.ts";

type Json = Readonly<Record<string, unknown>>;

/** Something that a manager keeps by version. */
interface Kept {
  version: number;
  spec: Json;
}

/** A manager that is none: it keeps specs by version, over HTTP, and runs nothing. */
export interface FakeDocker {
  readonly docker: Docker;
  /** By id. */
  readonly services: Record<string, Kept & { previous?: Json; update?: string }>;
  readonly nodes: Record<string, Kept & { manager?: Json }>;
  readonly swarm: Kept & { readonly tokens: { Worker: string; Manager: string } };
  /** Called before a write is judged: what else happens meanwhile. */
  onWrite: (path: string) => void;
  /** An answer in place of the manager's own. */
  refusal: FakeAnswer | null;
  /** Writes that came, taken or not. */
  readonly writes: () => readonly SeenRequest[];
}

const SWARM_SPEC = { Name: "default", CAConfig: { NodeCertExpiry: 7_776_000_000_000_000 }, NobodyKnows: [1] };

/** A service's spec with what nobody knows of. */
export const SPEC = aRawSpec({ NobodyKnows: [{ Deep: null }], Big: 86_400_000_000_000 });

/** Starts one that keeps what the snapshot shows; it stops with the test file. */
export async function startFakeDocker({ services, nodes }: Snapshot): Promise<FakeDocker> {
  const server = await startFakeServer((request) => answerTo(fake, request));
  const { port } = server;
  const fake: FakeDocker = {
    docker: new Docker({ host: "127.0.0.1", port, protocol: "http", timeout: 2000 }),
    services: {},
    nodes: {},
    swarm: { version: 5, spec: SWARM_SPEC, tokens: { Worker: "SWMTKN-w1", Manager: "SWMTKN-m1" } },
    onWrite: () => undefined,
    refusal: null,
    writes: () => server.seen.filter(({ method }) => method === "POST"),
  };
  for (const { id } of services) fake.services[id] = { version: 10, spec: { ...SPEC, Name: id } };
  for (const { id, role, availability, labels, leader } of nodes) {
    const manager = role === "manager" ? { manager: { Leader: leader, Reachability: "reachable" } } : {};
    const spec = { Role: role, Availability: availability, Labels: labels, NobodyKnows: [1] };
    fake.nodes[id] = { version: 20, spec, ...manager };
  }
  return fake;
}

function answerTo(fake: FakeDocker, request: SeenRequest): FakeAnswer {
  const [, kind = "", id = "", verb = ""] = request.path.split("/");
  if (request.method === "POST") {
    fake.onWrite(request.path);
    if (fake.refusal !== null) return fake.refusal;
  }
  switch (`${request.method} ${kind}`) {
    case "GET info":
      return { body: { Swarm: { NodeID: "n1", RemoteManagers: [{ NodeID: "n1", Addr: "10.0.0.1:2377" }] } } };
    case "GET nodes":
      return { body: Object.entries(fake.nodes).map(([nodeId, node]) => rawNode(nodeId, node)) };
    case "GET swarm":
      return { body: rawSwarm(fake) };
    case "GET services":
      return id in fake.services ? { body: rawService(id, fake) } : notFound(request);
    case "POST services":
      return write(fake.services[id], request);
    case "POST nodes":
      return write(fake.nodes[id], request);
    case "POST swarm":
      return id === "update" && verb === "" ? rotate(fake, request) : notFound(request);
    default:
      return notFound(request);
  }
}

function write(
  kept: (Kept & { previous?: Json; update?: string }) | undefined,
  request: SeenRequest,
): FakeAnswer {
  if (kept === undefined) return notFound(request);
  if (request.query["version"] !== String(kept.version)) return outOfSequence();
  const { spec } = kept;
  const isBack = request.query["rollback"] === "previous";
  kept.spec = isBack ? (kept.previous ?? spec) : (JSON.parse(request.body) as Json);
  kept.previous = spec;
  kept.version += 1;
  return { body: {} };
}

function rotate({ swarm }: FakeDocker, request: SeenRequest): FakeAnswer {
  const before = swarm.version;
  const answer = write(swarm, request);
  if (swarm.version === before) return answer;
  if (request.query["rotateWorkerToken"] === "true") swarm.tokens.Worker = "SWMTKN-w2";
  if (request.query["rotateManagerToken"] === "true") swarm.tokens.Manager = "SWMTKN-m2";
  return answer;
}

function rawService(id: string, { services }: FakeDocker): Json {
  const kept = services[id];
  return {
    ID: id,
    Version: { Index: kept?.version },
    UpdatedAt: "2026-01-15T12:00:00Z",
    Spec: kept?.spec,
    ...(kept?.previous === undefined ? {} : { PreviousSpec: kept.previous }),
    ...(kept?.update === undefined ? {} : { UpdateStatus: { State: kept.update } }),
  };
}

function rawNode(id: string, { version, spec, manager }: FakeDocker["nodes"][string]): Json {
  const more = manager === undefined ? {} : { ManagerStatus: manager };
  return { ID: id, Version: { Index: version }, Spec: spec, Description: { Hostname: id }, ...more };
}

function rawSwarm({ swarm: { version, spec, tokens } }: FakeDocker): Json {
  return { ID: "swarm", Version: { Index: version }, Spec: spec, JoinTokens: tokens };
}

function outOfSequence(): FakeAnswer {
  return { status: 500, body: { message: "rpc error: code = Unknown desc = update out of sequence" } };
}

function notFound({ path }: SeenRequest): FakeAnswer {
  return { status: 404, body: { message: `${path} not found` } };
}
