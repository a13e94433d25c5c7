import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PLACEMENT, type Placement } from "../../../../scheduler/api/schemas/placement.ts";
import { aNode, aSwarm, GIB, NOW } from "../../../support/swarm-builder.ts";
import { startPlacementApi, THREE, type Post } from "./extender-api.ts";
import { problemOf } from "./server.ts";

const EXPECTED = { cpuCores: 0.25, memoryBytes: GIB };

async function placed(post: Post, body: object): Promise<Placement> {
  const response = await post("/v1/placement", { expected: EXPECTED, ...body });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return PLACEMENT.parse(JSON.parse(text));
}

/** By node, the rules that refuse the first replica. */
function refusedBy({ replicas: [first] }: Placement): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    (first?.refused ?? []).map(({ hostname, refusals }) => [hostname, refusals.map(({ filter }) => filter)]),
  );
}

async function faultOf(post: Post, body: object): Promise<string> {
  const response = await post("/v1/placement", { expected: EXPECTED, ...body });
  assert.equal(response.status, 400);
  return (await problemOf(response)).detail;
}

describe("placement over the API", () => {
  it("ranks the nodes for each replica of a Compose service, as it stands in the file", async () => {
    const post = await startPlacementApi();
    const placement = await placed(post, {
      service: {
        name: "web",
        image: "nginx:1.27",
        environment: { A: "b" },
        ports: ["8080:80"],
        deploy: {
          replicas: 2,
          labels: ["ballast.prefer=node.labels.disk==ssd"],
          placement: { constraints: ["node.hostname!=worker-1"], preferences: [{ spread: "node.id" }] },
          resources: { limits: { cpus: "2" }, reservations: { cpus: "0.25", memory: "128M" } },
        },
      },
    });
    assert.deepEqual([placement.service, placement.at], ["web", new Date(NOW).toISOString()]);
    const [first, second] = placement.replicas;
    assert.deepEqual([first?.replica, first?.node, second?.replica], [1, "worker-2", 2]);
    assert.deepEqual(
      first?.ranked.map(({ hostname }) => hostname),
      ["worker-2", "worker-3"],
    );
    assert.deepEqual(refusedBy(placement), { "worker-1": ["constraints"] });
  });

  it("takes the same of a Docker service spec", async () => {
    const post = await startPlacementApi();
    const compose = {
      name: "web",
      platform: "linux/amd64",
      ports: [{ mode: "host", published: "80", target: 80 }],
      deploy: {
        replicas: 3,
        labels: { "ballast.spread": "node.labels.disk", count: 1 },
        placement: { constraints: ["node.labels.disk==ssd"], max_replicas_per_node: 1 },
        resources: { reservations: { cpus: 0.5, memory: "1g" } },
      },
    };
    const spec = {
      Name: "web",
      Labels: { "ballast.spread": "node.labels.disk", count: "1" },
      TaskTemplate: {
        ContainerSpec: { Image: "nginx", Env: ["A=b"] },
        Resources: { Reservations: { NanoCPUs: 5e8, MemoryBytes: GIB } },
        Placement: {
          Constraints: ["node.labels.disk==ssd"],
          MaxReplicas: 1,
          Platforms: [{ OS: "linux", Architecture: "amd64" }],
        },
        ForceUpdate: 0,
      },
      Mode: { Replicated: { Replicas: 3 } },
      EndpointSpec: { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 80, PublishMode: "host" }] },
    };
    const [one, other] = [await placed(post, { service: compose }), await placed(post, { spec })];
    assert.deepEqual(one, other);
    assert.deepEqual(
      one.replicas.map(({ node }) => node),
      ["worker-2", "worker-1", null],
    );
    assert.deepEqual(
      one.replicas[2]?.refused.map(({ refusals }) => refusals.map(({ filter }) => filter)),
      [["replicas-per-node", "host-ports", "headroom"], ["replicas-per-node", "host-ports"], ["constraints"]],
    );
  });

  it("is for those who may read", async () => {
    const post = await startPlacementApi();
    assert.equal((await post("/v1/placement", {}, "wrong")).status, 401);
  });

  it("refuses what it does not know, each with its place", async () => {
    const post = await startPlacementApi();
    for (const [body, says] of [
      [{}, /^body: says no service, or two/],
      [{ service: {}, spec: {} }, /^body: says no service, or two/],
      [{ service: {}, dryRun: true }, /^body: .*"dryRun"/],
      [{ service: { imgae: "x" } }, /^body\.service: .*"imgae"/],
      [
        { service: { deploy: { placement: { constraint: [] } } } },
        /^body\.service\.deploy\.placement: .*"con/,
      ],
      [
        { service: { deploy: { placement: { constraints: ["node.role=manager"] } } } },
        /^body\.service\.deploy\.placement\.constraints\.0: .*neither == nor !=; write one such as/,
      ],
      [
        { service: { deploy: { resources: { reservations: { memory: "12 parsecs" } } } } },
        /^body\.service\.deploy\.resources\.reservations\.memory: /,
      ],
      [
        { service: { deploy: { resources: { reservations: { cpus: "some" } } } } },
        /^body\.service\.deploy\.resources\.reservations\.cpus: /,
      ],
      [{ service: { deploy: { mode: "global" } } }, /^body\.service\.deploy\.mode: .*write replicated/],
      [{ service: { deploy: { replicas: 1e9 } } }, /^body\.service\.deploy\.replicas: /],
      [{ spec: { Mode: { Global: {} } } }, /^body\.spec\.Mode/],
      [
        { spec: { TaskTemplate: { Placement: { Constraint: [] } } } },
        /^body\.spec\.TaskTemplate\.Placement: /,
      ],
      [{ service: {}, expected: { cpuCores: 1 } }, /^body\.expected\.memoryBytes: /],
      [{ service: {}, expected: { cpuCores: -1, memoryBytes: 0 } }, /^body\.expected\.cpuCores: /],
      [
        { service: {}, expected: { ...EXPECTED, others: { network: 1 } } },
        /^body\.expected\.others\.network: is not measured; leave it out/,
      ],
    ] as const)
      assert.match(await faultOf(post, body), says, JSON.stringify(body));
  });

  it("answers no more than can be read", async () => {
    const nodes = Array.from({ length: 100 }, (_, at) => aNode(`n${at}`));
    const post = await startPlacementApi(aSwarm(nodes));
    const detail = await faultOf(post, { service: { deploy: { replicas: 201 } } });
    assert.match(detail, /^body: asks for 201 replicas; with 100 nodes ask for 200 at most$/);
    const few = await placed(post, { service: { deploy: { replicas: 3 } } });
    assert.equal(few.replicas[2]?.ranked.length, 100);
  });

  it("says nothing of loads that are not known", async () => {
    const doubts = ["node n1 is missing"];
    const inputs = [...THREE.inputs, { source: "prometheus" as const, ageSeconds: 1, doubts }];
    const post = await startPlacementApi({ ...THREE, inputs });
    const response = await post("/v1/placement", { service: {}, expected: EXPECTED });
    assert.equal(response.status, 503);
    assert.equal((await problemOf(response)).detail, "prometheus: node n1 is missing");
  });
});
