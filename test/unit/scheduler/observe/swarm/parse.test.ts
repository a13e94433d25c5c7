import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Service } from "../../../../../scheduler/domain/service.ts";
import { nodeOf, serviceOf, taskOf } from "../../../../../scheduler/observe/swarm/parse.ts";
import { RAW_NODE, RAW_SERVICE, RAW_TASK } from "../../../../../scheduler/observe/swarm/raw.ts";
import { aService } from "../../../../support/swarm-builder.ts";
import { answerOf } from "./answers.ts";

const ELEVEN = Date.UTC(2026, 0, 15, 11);

describe("a node of the API", () => {
  const [alpha, bravo, unseen] = answerOf("nodes").map((raw) => nodeOf(RAW_NODE.parse(raw)));

  it("is read whole", () => {
    assert.deepEqual(alpha, {
      id: "24ifsmvkjbyhk",
      hostname: "alpha",
      address: "172.17.0.2",
      role: "manager",
      leader: true,
      availability: "active",
      state: "ready",
      labels: { disk: "ssd", zone: "" },
      engineLabels: { rack: "b2" },
      platform: { os: "linux", architecture: "x86_64" },
      updatedAtMs: Date.UTC(2026, 0, 14, 9),
      resources: { cpuCores: 4, memoryBytes: 8_272_408_576 },
    });
  });

  it("leads only when it says so", () => {
    assert.deepEqual(
      [bravo?.leader, bravo?.role, bravo?.availability, bravo?.state, bravo?.address, bravo?.labels],
      [false, "manager", "pause", "unknown", "", {}],
    );
  });

  it("that never told of itself has a place and nothing else", () => {
    assert.deepEqual(unseen, {
      id: "zz0never0seen",
      hostname: "",
      address: "",
      role: "worker",
      leader: false,
      availability: "drain",
      state: "down",
      labels: {},
      engineLabels: {},
      platform: { os: "", architecture: "" },
      updatedAtMs: Date.UTC(2026, 0, 14, 9),
      resources: { cpuCores: 0, memoryBytes: 0 },
    });
  });
});

describe("a service of the API", () => {
  const services = new Map(
    answerOf("services").map((raw) => {
      const service = serviceOf(RAW_SERVICE.parse(raw));
      return [service.id, service];
    }),
  );
  const bare = (id: string, name: string, over: Partial<Service>): Service =>
    aService(id, { name, updatedAtMs: ELEVEN, image: "job:1", ...over });

  it("is read whole", () => {
    assert.deepEqual(services.get("s-full"), {
      id: "s-full",
      name: "shop_web",
      mode: "replicated",
      replicas: 4,
      labels: { "com.docker.stack.namespace": "shop", "ballast.move": "never" },
      image: "shop/web:1.2",
      constraints: ["node.role==worker", "node.labels.disk==ssd"],
      spreadOver: ["node.labels.zone", "node.labels.rack"],
      platforms: [
        { os: "linux", architecture: "amd64" },
        { os: "linux", architecture: "" },
      ],
      maxReplicasPerNode: 2,
      reservations: { cpuCores: 0.25, memoryBytes: 134_217_728 },
      genericReservations: true,
      mounts: [
        { type: "volume", target: "/data", readOnly: false, shared: false },
        { type: "bind", target: "/etc/localtime", readOnly: true, shared: false },
        { type: "tmpfs", target: "/tmp", readOnly: false, shared: false },
      ],
      // A host port without a number is any free one: it keeps nobody out.
      hostPorts: [{ port: 53, protocol: "udp" }],
      updateState: "updating",
      updatedAtMs: ELEVEN + 250,
      steer: null,
    });
  });

  it("that leaves out all that may be left out wants one copy and nothing more", () => {
    assert.deepEqual(services.get("s-bare"), bare("s-bare", "bare", { replicas: 1, image: "" }));
  });

  it("tells its mode", () => {
    assert.deepEqual(
      services.get("s-global"),
      bare("s-global", "agent", { mode: "global", replicas: null, image: "agent:1" }),
    );
    assert.deepEqual(
      services.get("s-job"),
      bare("s-job", "nightly", { mode: "replicated-job", replicas: null }),
    );
    assert.deepEqual(
      services.get("s-global-job"),
      bare("s-global-job", "sweep", { mode: "global-job", replicas: null, image: "" }),
    );
  });

  it("tells of a move under way, with the label whole", () => {
    const { steer } = services.get("s-steered") ?? {};
    assert.deepEqual([steer?.moveId, steer?.deadline], ["m1", "2026-01-15T12:05:00.000Z"]);
    assert.equal((JSON.parse(steer?.record ?? "") as { taskId: string }).taskId, "t1");
  });

  it("tells of a steering label that cannot be read", () => {
    const garbled = services.get("s-garbled");
    assert.deepEqual(garbled?.steer, { moveId: "unreadable", deadline: "", record: "yes please" });
    assert.deepEqual([garbled.replicas, garbled.updateState], [0, ""]);
  });
});

describe("a task of the API", () => {
  const [running, failed, pending] = answerOf("tasks").map((raw) => taskOf(RAW_TASK.parse(raw)));
  const at = Date.UTC(2026, 0, 15, 10, 0, 2);

  it("is read whole", () => {
    assert.deepEqual(running, {
      id: "t1",
      serviceId: "s-full",
      slot: 2,
      nodeId: "24ifsmvkjbyhk",
      state: "running",
      desired: "running",
      stateSinceMs: at + 750,
      error: "",
    });
  });

  it("has no slot in a global service, and no node until Swarm has chosen", () => {
    assert.deepEqual([failed?.slot, failed?.error], [0, "task: non-zero exit (1)"]);
    assert.deepEqual(
      [pending?.nodeId, pending?.serviceId, pending?.slot, pending?.stateSinceMs],
      ["", "", 1, at],
    );
  });
});
