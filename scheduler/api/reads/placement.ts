import type { Problem } from "../../../common/http/problem.ts";
import type * as z from "zod";
import type { PlacedReplica } from "../../decide/place.ts";
import type { Wanted } from "../../decide/place-wanted.ts";
import type { Service } from "../../domain/service.ts";
import { isTrusted, type Snapshot } from "../../domain/snapshot.ts";
import type { Observe } from "../../observe/observer.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, Refused, type Endpoint } from "../http/endpoint.ts";
import {
  askedService,
  PLACEMENT,
  PLACEMENT_REQUEST,
  type EXPECTED,
  type Placement,
} from "../schemas/placement.ts";

/** What judging by loads works with. */
export interface PlacementParts {
  /** What is so now, or was some seconds ago: many ask about many pods at once. */
  readonly observeLately: Observe;
  /** Where replicas had best be started; of the nodes of these ids, or of all. */
  readonly place: (
    snapshot: Snapshot,
    wanted: Wanted,
    among: ReadonlySet<string> | null,
  ) => Promise<readonly PlacedReplica[]>;
}

/** A Compose service with everything in it is some kilobytes; a spec with its environment may be more. */
export const BODY_BYTES = 1024 * 1024;
/** Replicas times nodes: what is answered has a line for each. */
const MOST_PAIRS = 20_000;

/** Where the replicas of a service that does not exist yet had best be started. It is a POST for its body; it reads only. */
export function placementEndpoint(parts: PlacementParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/placement",
    id: "rankPlacement",
    summary: "Where the replicas of a service that does not exist yet had best be started; starts nothing",
    role: "viewer",
    body: PLACEMENT_REQUEST,
    bodyLimit: BODY_BYTES,
    answers: answers({
      200: document("for each replica the nodes, the best first, and those that are refused", PLACEMENT),
      503: problem("what was seen of the swarm or of its loads cannot be trusted"),
    }),
    async handle({ body }) {
      const service = askedService(body);
      const { snapshot, replicas } = await placed(parts, service, body.expected);
      const at = new Date(snapshot.takenAtMs).toISOString();
      return json({ at, service: service.name, replicas } satisfies Placement);
    },
  });
}

/** Where the replicas of a service had best be started, on what is known now. */
interface Placed {
  readonly snapshot: Snapshot;
  readonly replicas: readonly PlacedReplica[];
}

/** @throws Refused where what is known does not do, or too much is asked. */
export async function placed(
  { observeLately, place }: PlacementParts,
  service: Service,
  { others, ...both }: z.output<typeof EXPECTED>,
): Promise<Placed> {
  const { snapshot } = await observeLately();
  holdTrusted(snapshot);
  holdMeasured(snapshot, others ?? {});
  const replicas = service.replicas ?? 0;
  holdSmall(snapshot, replicas);
  const expected = others === undefined ? both : { ...both, others };
  return { snapshot, replicas: await place(snapshot, { service, replicas, expected, unknown: [] }, null) };
}

/** What keeps the snapshot from being judged by, with the sources; empty when nothing does. */
export function doubtsOf(snapshot: Snapshot): string {
  if (isTrusted(snapshot)) return "";
  const doubts = snapshot.inputs.flatMap((input) => input.doubts.map((doubt) => `${input.source}: ${doubt}`));
  return doubts.length > 0 ? doubts.join("; ") : "nothing was read";
}

function holdTrusted(snapshot: Snapshot): void {
  const detail = doubtsOf(snapshot);
  if (detail !== "") throw new Refused({ status: 503, title: "The loads are not known", detail });
}

/** What nobody measures cannot be weighed: to pass it over in silence would be a wrong answer. */
function holdMeasured({ others: measured = [] }: Snapshot, others: Readonly<Record<string, number>>): void {
  const errors = Object.keys(others)
    .filter((name) => !measured.includes(name))
    .map((name) => ({
      place: `body.expected.others.${name}`,
      detail: `is not measured; ${measured.length > 0 ? `write some of ${measured.join(", ")}` : "leave it out"}`,
    }));
  if (errors.length > 0) throw new Refused(badRequest(errors));
}

function holdSmall({ nodes }: Snapshot, replicas: number): void {
  const most = Math.max(1, Math.floor(MOST_PAIRS / Math.max(1, nodes.length)));
  if (replicas <= most) return;
  const detail = `asks for ${replicas} replicas; with ${nodes.length} nodes ask for ${most} at most`;
  throw new Refused(badRequest([{ place: "body", detail }]));
}

function badRequest(errors: NonNullable<Problem["errors"]>): Problem {
  const detail = errors.map((error) => `${error.place}: ${error.detail}`).join("; ");
  return { status: 400, title: "Bad request", detail, errors };
}
