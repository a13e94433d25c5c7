import * as z from "zod";
import { newService } from "../../decide/place-wanted.ts";
import type { PlacedReplica } from "../../decide/place.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { creationConstraints } from "../../domain/steer.ts";
import type { Creations } from "../../creations.ts";
import type { ServiceCreator } from "../../ports.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, Refused, type Endpoint } from "../http/endpoint.ts";
import { BODY_BYTES, placed, type PlacementParts } from "../reads/placement.ts";
import { serviceOfSpec, SERVICE_SPEC } from "../schemas/placement-spec.ts";
import { EXPECTED } from "../schemas/placement.ts";
import { ACT_QUERY, REASON } from "../schemas/parameters.ts";
import { conflict } from "./ordered.ts";

/** What creating services works with. */
export interface CreateServiceParts extends PlacementParts {
  readonly creator: ServiceCreator;
  readonly creations: Pick<Creations, "follow">;
}

const CREATION = z.strictObject({
  spec: z.record(z.string(), z.unknown()).describe("as the Docker API takes it to create a service"),
  expected: EXPECTED,
  ...REASON,
});

const CREATED = z
  .strictObject({
    dryRun: z.boolean(),
    id: z.string().nullable().describe("the service's; null where nothing was created"),
    service: z.string(),
    replicas: z.array(z.strictObject({ replica: z.number(), node: z.string() })).describe("hostnames"),
    constraints: z.array(z.string()).describe("what keeps the first tasks to these nodes until they run"),
  })
  .meta({ id: "CreatedService" });

/** Creates a service so that its first tasks start where they had best stand, and then lets go of it. */
export function createServiceEndpoint(parts: CreateServiceParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/services",
    id: "createService",
    summary:
      "Create a service so that its first tasks start on the best nodes; then Swarm has it as it was sent",
    role: "admin",
    query: ACT_QUERY,
    body: CREATION,
    bodyLimit: BODY_BYTES,
    answers: answers({
      200: document("where its tasks would start", CREATED),
      202: document("it was created, and is let go of once its tasks run", CREATED),
      409: problem("a replica may stand nowhere, or a service of that name is there"),
      503: problem("what was seen of the swarm or of its loads cannot be trusted"),
    }),
    async handle({ query: { dryRun }, body: { spec, expected } }) {
      const service = serviceOfSpec(readSpec(spec));
      const { snapshot, replicas } = await placed(parts, service, expected);
      const nodes = replicas.map(nodeOf);
      const eligible = new Set(nodes.map(({ id }) => id));
      const constraints = creationConstraints(
        eligible,
        snapshot.nodes.map(({ id }) => id),
      );
      const told = {
        dryRun,
        service: service.name,
        replicas: nodes.map(({ hostname }, at) => ({ replica: at + 1, node: hostname })),
        constraints,
      };
      holdFree(snapshot, service.name);
      if (dryRun) return json({ ...told, id: null });
      const created = await parts.creator.create(spec, constraints);
      if (!created.ok)
        throw new Refused({
          status: created.status,
          title: "Docker would not have it",
          detail: created.detail,
        });
      parts.creations.follow({ ...newService(service), id: created.id, steer: created.steer });
      return json({ ...told, id: created.id }, 202);
    },
  });
}

/** @throws Refused with each fault's place. */
function readSpec(spec: unknown): z.output<typeof SERVICE_SPEC> {
  const { data, error } = SERVICE_SPEC.safeParse(spec);
  if (data !== undefined) return data;
  const errors = error.issues.map(({ path, message }) => ({
    place: ["body", "spec", ...path.map(String)].join("."),
    detail: message,
  }));
  const detail = errors.map((each) => `${each.place}: ${each.detail}`).join("; ");
  throw new Refused({ status: 400, title: "Bad request", detail, errors });
}

function nodeOf({ replica, ranked, refused }: PlacedReplica): {
  readonly id: string;
  readonly hostname: string;
} {
  const [best] = ranked;
  if (best !== undefined) return best;
  const why = refused.flatMap(({ hostname, refusals }) =>
    refusals.slice(0, 1).map(({ filter, detail }) => `${hostname}: ${filter}: ${detail}`),
  );
  throw conflict("Nowhere to stand", `replica ${replica} may stand on no node: ${why.join("; ")}`);
}

function holdFree({ services }: Snapshot, wanted: string): void {
  if (services.some(({ name }) => name === wanted))
    throw conflict("The name is taken", `there is a service ${wanted}; choose another name`);
}
