import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { EXTENDER_BODY_BYTES, judge } from "../../../../scheduler/api/extender/judge.ts";
import type { PlacementParts } from "../../../../scheduler/api/reads/placement.ts";
import { SAME_THREAD } from "../../../support/same-thread-thinker.ts";
import { aNode, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { ALL_GOALS, startPlacementApi, THREE } from "./extender-api.ts";
import { problemOf } from "./server.ts";

interface Args {
  readonly Pod: { readonly spec: object; readonly metadata: object };
  readonly Nodes: {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  } | null;
  readonly NodeNames: readonly string[] | null;
}

interface FilterResult {
  readonly Nodes: Args["Nodes"];
  readonly NodeNames: readonly string[] | null;
  readonly FailedNodes: Readonly<Record<string, string>>;
  readonly FailedAndUnresolvableNodes: Readonly<Record<string, string>>;
  readonly Error: string;
}

/** A request as kube-scheduler sends it. */
function recorded(name: string): Args {
  const path = new URL(`../../../fixtures/extender/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")) as Args;
}

async function jsonOf<Value>(response: Response): Promise<Value> {
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  return (await response.json()) as Value;
}

describe("the extender's filter", () => {
  it("answers names with names, in every field that the protocol has, and no other", async () => {
    const post = await startPlacementApi();
    assert.deepEqual(await jsonOf<FilterResult>(await post("/extender/filter", recorded("node-names"))), {
      Nodes: null,
      NodeNames: ["worker-1", "worker-2", "worker-3"],
      FailedNodes: {},
      FailedAndUnresolvableNodes: { stranger: "the swarm has no node stranger" },
      Error: "",
    });
  });

  it("answers whole nodes with those that pass, whole as they came", async () => {
    const post = await startPlacementApi();
    const asked = recorded("whole-nodes");
    const result = await jsonOf<FilterResult>(await post("/extender/filter", asked));
    assert.deepEqual(result.Nodes, {
      ...asked.Nodes,
      items: asked.Nodes?.items.filter(({ metadata }) => metadata.name === "worker-2"),
    });
    assert.equal(result.NodeNames, null);
    // 2 of 4 cores are used, and the annotation expects 1.5 where only 0.25 are requested.
    assert.deepEqual(Object.keys(result.FailedNodes), ["worker-1"]);
    assert.match(result.FailedNodes["worker-1"] ?? "", /^headroom: it would bring worker-1 to 88 % cpu/);
    assert.deepEqual(Object.keys(result.FailedAndUnresolvableNodes).sort(), ["stranger", "worker-3"]);
    assert.match(
      result.FailedAndUnresolvableNodes["worker-3"] ?? "",
      /^constraints: the constraint node\.labels\.disk==ssd/,
    );
  });

  it("counts init containers, those that go on, and overhead, as Kubernetes does", async () => {
    // First 2 + 0.05 of overhead; then only 0.25 + 0.15 + 0.1 + 0.05. Swarm's reckoning is of the more.
    const nodes = [2.04, 2.05].map((cpuCores, at) =>
      aNode(`n${at + 1}`, { hostname: `worker-${at + 1}`, resources: { cpuCores, memoryBytes: 2 ** 34 } }),
    );
    const asked = recorded("init-containers");
    const expected = { annotations: { "ballast.expected/cpu": "0.5", "ballast.expected/memory": "160Mi" } };
    const pod = { ...asked.Pod, metadata: { ...asked.Pod.metadata, ...expected } };
    const post = await startPlacementApi(aSwarm(nodes));
    const result = await jsonOf<FilterResult>(await post("/extender/filter", { ...asked, Pod: pod }));
    assert.deepEqual(result.NodeNames, ["worker-2"]);
    assert.match(result.FailedAndUnresolvableNodes["worker-1"] ?? "", /^reservations: .* unreserved cpu/);
  });

  it("holds a port of the node for one pod only", async () => {
    const taken = stands("c", [{ on: "n3" }], { hostPorts: [{ port: 2020, protocol: "tcp" }] });
    const swarm = aSwarm(THREE.nodes, taken);
    const post = await startPlacementApi(swarm);
    const result = await jsonOf<FilterResult>(await post("/extender/filter", recorded("init-containers")));
    assert.deepEqual(result.FailedNodes, { "worker-3": "host-ports: port 2020/tcp of worker-3 is taken" });
  });

  it("lets a pod stand nowhere of which nobody says what it will use, and says what to write", async () => {
    const post = await startPlacementApi();
    const result = await jsonOf<FilterResult>(await post("/extender/filter", recorded("best-effort")));
    assert.deepEqual(result.NodeNames, []);
    assert.deepEqual(result.FailedNodes, {});
    for (const name of ["worker-1", "worker-2"])
      assert.match(
        result.FailedAndUnresolvableNodes[name] ?? "",
        /usage-known: how much cpu .* ballast\.expected\/cpu; .* ballast\.expected\/memory$/,
      );
  });

  it("fails by its Error where the loads are not known, or the pod cannot be read", async () => {
    const doubtful = { ...THREE, inputs: [{ source: "prometheus", ageSeconds: 900, doubts: ["too old"] }] };
    const post = await startPlacementApi(doubtful as typeof THREE);
    const result = await jsonOf<FilterResult>(await post("/extender/filter", recorded("node-names")));
    assert.equal(result.Error, "the loads are not known: prometheus: too old");
    assert.deepEqual([result.Nodes, result.NodeNames, result.FailedNodes], [null, null, {}]);
    const pod = { metadata: { name: "p", annotations: { "ballast.expected/cpu": "lots" } }, spec: {} };
    const unread = await post("/extender/filter", { Pod: pod, NodeNames: ["worker-1"] });
    assert.match(
      (await jsonOf<FilterResult>(unread)).Error,
      /^Pod\.metadata\.annotations\.ballast\.expected\/cpu: "lots" is no quantity; write one such as/,
    );
  });

  it("tells nodes of one hostname apart by id only", async () => {
    const nodes = [aNode("n1", { hostname: "twin" }), aNode("n2", { hostname: "twin" })];
    const post = await startPlacementApi(aSwarm(nodes));
    const asked = { ...recorded("node-names"), NodeNames: ["twin", "n2"] };
    const result = await jsonOf<FilterResult>(await post("/extender/filter", asked));
    assert.deepEqual(result.NodeNames, ["n2"]);
    assert.deepEqual(result.FailedAndUnresolvableNodes, {
      twin: "several nodes of the swarm are called twin",
    });
  });

  it("takes bodies of megabytes, and refuses what is larger or of another kind", async () => {
    const post = await startPlacementApi();
    const asked = recorded("node-names");
    const padded = (bytes: number): unknown => ({ ...asked, Padding: "x".repeat(bytes) });
    assert.equal((await post("/extender/filter", padded(EXTENDER_BODY_BYTES - 100_000))).status, 200);
    assert.equal((await post("/extender/filter", padded(EXTENDER_BODY_BYTES))).status, 413);
    const response = await post("/extender/filter", { Pod: asked.Pod, Nodes: null, NodeNames: null });
    assert.match((await problemOf(response)).detail, /has neither Nodes nor NodeNames/);
    assert.equal((await post("/extender/filter", asked, "wrong")).status, 401);
  });
});

describe("the extender's scores", () => {
  it("are a bare list: the best node has 10, one that is refused or unknown 0", async () => {
    const post = await startPlacementApi();
    const list = await jsonOf<readonly { readonly Host: string; readonly Score: number }[]>(
      await post("/extender/prioritize", recorded("node-names")),
    );
    assert.deepEqual(
      list.map(({ Host }) => Host),
      ["worker-1", "worker-2", "worker-3", "stranger"],
    );
    const [busy = -1, less = -1, idle = -1, stranger = -1] = list.map(({ Score }) => Score);
    assert.deepEqual([idle, stranger], [10, 0]);
    assert.ok(busy > 0 && busy < less && less < idle, JSON.stringify(list));
    for (const item of list) assert.deepEqual(Object.keys(item), ["Host", "Score"]);
    const whole = await jsonOf<typeof list>(await post("/extender/prioritize", recorded("whole-nodes")));
    assert.deepEqual(
      whole.map(({ Score }) => Score),
      [0, 10, 0, 0],
    );
  });

  it("are 0 for all where the loads are not known: others choose then", async () => {
    const post = await startPlacementApi({ ...THREE, inputs: [] });
    const list = await jsonOf(await post("/extender/prioritize", recorded("best-effort")));
    assert.deepEqual(list, [
      { Host: "worker-1", Score: 0 },
      { Host: "worker-2", Score: 0 },
    ]);
  });

  it("are not given to what cannot be read, with its place", async () => {
    const post = await startPlacementApi();
    const pod = { spec: { containers: [{ resources: { requests: { cpu: "1", memory: "12 MB" } } }] } };
    const response = await post("/extender/prioritize", { Pod: pod, NodeNames: ["worker-1"] });
    assert.equal(response.status, 400);
    assert.match(
      (await problemOf(response)).detail,
      /^body\.Pod\.spec\.containers\.0\.resources\.requests\.memory: "12 MB" is no quantity/,
    );
  });

  it("follow the wishes on the pod's labels and annotations", async () => {
    const post = await startPlacementApi(aSwarm(THREE.nodes));
    const asked = recorded("node-names");
    const wish = { annotations: { "ballast.prefer": "node.labels.disk!=ssd" } };
    const pod = { ...asked.Pod, metadata: { ...asked.Pod.metadata, ...wish } };
    const list = await jsonOf<readonly { readonly Host: string; readonly Score: number }[]>(
      await post("/extender/prioritize", { ...asked, Pod: pod, NodeNames: ["worker-1", "worker-3"] }),
    );
    const [ssd, other] = list;
    assert.equal(other?.Score, 10);
    assert.ok((ssd?.Score ?? 10) < 10);
  });
});

describe("a pod", () => {
  it("is judged once for as long as the swarm is seen so, and so are those that differ by their names only", async () => {
    let judged = 0;
    let snapshot = THREE;
    const parts: PlacementParts = {
      observeLately: () => Promise.resolve({ snapshot, leads: false }),
      place: (seen, wanted, among) => {
        judged += 1;
        return SAME_THREAD.place(seen, ALL_GOALS, NOW, wanted, among);
      },
    };
    const ask = (name: string, cpu: string) =>
      judge(parts, {
        Pod: {
          metadata: { name },
          spec: { containers: [{ resources: { requests: { cpu, memory: "1Gi" } } }] },
        },
        NodeNames: ["worker-1", "worker-2"],
      });
    const first = await ask("web-1", "250m");
    assert.deepEqual(await ask("web-1", "250m"), first);
    assert.deepEqual(await ask("web-2", "250m"), first);
    assert.equal(judged, 1);
    await ask("web-1", "2");
    assert.equal(judged, 2);
    snapshot = { ...THREE };
    assert.deepEqual(await ask("web-1", "250m"), first);
    assert.equal(judged, 3);
  });
});
