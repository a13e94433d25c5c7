import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import axios from "axios";
import { dockerOf, waitFor } from "../../lab/lab.ts";
import type { Explanation } from "../../scheduler/decide/explain/explain.ts";
import { openTestLab, runningTasks, serviceNamed, type TestLab } from "./support/lab.ts";
import { startScheduler, type TestScheduler } from "./support/scheduler.ts";
import { crowd, edit, removeAll, type Workload } from "./support/workload.ts";

const TEST = { "ballast.test": "1" };
const NEVER = { ...TEST, "ballast.move": "never" };
const STOP_FIRST = { ...TEST, "ballast.move": "stop-first" };
const VOLUME = "ledger";
const PORT = 8132;

/** To Swarm and to Ballast a file system on the network, which goes along with the task. */
const SHARED = {
  Type: "volume",
  Source: VOLUME,
  Target: "/data",
  VolumeOptions: {
    DriverConfig: { Name: "local", Options: { type: "nfs", o: "addr=192.0.2.1", device: ":/ledger" } },
  },
};
/** Writes down when it begins and when it has ended: what only one task may do at a time. */
const LEDGER = `
  echo "$TASK begins" >>/data/book
  trap 'kill $load' TERM
  node /workload.mjs & load=$!
  wait $load; wait $load
  echo "$TASK ends" >>/data/book`;

describe("a service of which only one task may run at a time", () => {
  let test: TestLab;
  let folder: string;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    // A folder that every node sees takes the place of the file server.
    folder = join(test.lab.dir, VOLUME);
    mkdirSync(folder);
    // The tasks do not run as root.
    chmodSync(folder, 0o777);
    for (const node of test.lab.nodes) {
      await dockerOf(node).createVolume({
        Name: VOLUME,
        Driver: "local",
        DriverOpts: { type: "none", o: "bind", device: folder },
      });
    }
    await crowd(test.docker, "node3", [withPort("holder", NEVER)]);
    await crowd(test.docker, "node2", [
      {
        name: "ledger",
        replicas: 1,
        memoryMb: 360,
        container: { Mounts: [SHARED], Command: ["sh", "-c", LEDGER] },
      },
      { name: "settled", replicas: 1, memoryMb: 360, spec: { Labels: NEVER } },
      {
        name: "pantry",
        replicas: 1,
        memoryMb: 20,
        container: { Mounts: [{ Type: "volume", Source: "pantry", Target: "/data" }] },
        spec: { Labels: STOP_FIRST },
      },
      withPort("porter", STOP_FIRST),
    ]);
  });
  after(async () => {
    await removeAll(test.docker);
    for (const node of test.lab.nodes) {
      await waitFor(`the volume to be free on ${node.name}`, async () => {
        await dockerOf(node).getVolume(VOLUME).remove();
        return true;
      });
    }
    rmSync(folder, { recursive: true });
  });

  it("is left where it is, and the API says why and what would change that", async (context) => {
    const { Spec } = await serviceNamed(test.docker, "ledger");
    const scheduler = await startScheduler(context, test, "act");
    const { decision } = await scheduler.decided("stuck", (entry) => entry.decision.outcome === "stuck");
    const refused = (service: string) =>
      decision.refusals.filter((refusal) => refusal.service === service).map(({ detail }) => detail);
    const reason =
      "two tasks would write to its volume mount at /data for a moment; with the label ballast.move=stop-first the old one is stopped first";
    assert.deepEqual(refused("ledger"), [reason]);
    const [nearest] = (await explained(scheduler, "ledger")).alternatives;
    assert.ok(nearest !== undefined);
    assert.ok(nearest.refusals.some(({ filter, detail }) => filter === "local-data" && detail === reason));
    assert.match(nearest.unlock, /set the label ballast\.move=stop-first where two writers are the trouble/);

    // The label is for two writers. It brings no data along, and frees no port.
    assert.deepEqual(refused("pantry"), ["its volume mount at /data may hold data of this node"]);
    const { alternatives } = await explained(scheduler, "porter");
    const there = alternatives.find(({ to }) => to === "node3");
    assert.ok(there?.refusals.some(({ detail }) => detail === `port ${PORT}/tcp of node3 is taken`));

    await scheduler.rounds(3);
    assert.deepEqual(
      (await scheduler.journal()).flatMap(({ results }) => results),
      [],
    );
    assert.deepEqual((await serviceNamed(test.docker, "ledger")).Spec, Spec);
    const [task] = await runningTasks(test.docker, "ledger");
    assert.deepEqual(book(), [`${task?.ID ?? "none"} begins`]);
  });

  it("is moved with its owner's label, and at no time do two of its tasks run", async (context) => {
    const [old] = await runningTasks(test.docker, "ledger");
    await edit(test.docker, "ledger", (spec) => ({ ...spec, Labels: STOP_FIRST }));
    const { Spec } = await serviceNamed(test.docker, "ledger");
    const scheduler = await startScheduler(context, test, "act");

    const { results } = await scheduler.decided("a move", (entry) => entry.results.length > 0);
    assert.equal(await scheduler.end("SIGTERM"), 0);
    const [result, ...others] = results;
    assert.deepEqual([result?.service, result?.outcome], ["ledger", "landed"], result?.detail);
    assert.deepEqual(others, []);
    assert.deepEqual((await serviceNamed(test.docker, "ledger")).Spec, Spec);
    const [task, ...more] = await runningTasks(test.docker, "ledger");
    assert.deepEqual([task?.NodeID, more], [await test.nodeId(result?.toName ?? ""), []]);
    assert.deepEqual(book(), [
      `${old?.ID ?? ""} begins`,
      `${old?.ID ?? ""} ends`,
      `${task?.ID ?? ""} begins`,
    ]);
  });

  function book(): readonly string[] {
    return readFileSync(join(folder, "book"), "utf8").trim().split("\n");
  }
});

/** A service with a port of its node, which may stand on node2 and node3 only. */
function withPort(name: string, labels: Readonly<Record<string, string>>): Workload {
  const port = { Protocol: "tcp", TargetPort: 8080, PublishedPort: PORT, PublishMode: "host" };
  return {
    name,
    replicas: 1,
    memoryMb: 20,
    constraints: ["node.hostname!=node1", "node.hostname!=node4"],
    spec: { Labels: labels, EndpointSpec: { Mode: "dnsrr", Ports: [port] } },
  };
}

async function explained({ url }: TestScheduler, service: string): Promise<Explanation> {
  return (await axios.get<Explanation>(`${url}/v1/explain`, { params: { service }, timeout: 30_000 })).data;
}
