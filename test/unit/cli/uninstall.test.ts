import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Refused } from "../../../cli/client.ts";
import { readCommandLine, type CommandLine } from "../../../cli/command-line.ts";
import { HELP } from "../../../cli/help.ts";
import { leavePartsOf, uninstall } from "../../../cli/uninstall.ts";
import { startFakeServer, type FakeAnswer } from "../../support/fake-server.ts";
import { aRawSpec } from "../../support/raw-builder.ts";
import { AT, FakeLeaveSwarm, steered, toldOrder, toldService } from "../scheduler/leave/swarm.ts";

const PAUSE = toldOrder("ballast.pause", "pause", { kind: "pause", service: null, reason: "sale", at: AT });
const DRAIN = toldOrder("ballast.drain.n2", "drain", { kind: "drain", node: "n2", reason: "", at: AT });
const CLEAN = "nothing of Ballast's is left in this swarm";

interface Told {
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly asked: readonly string[];
  /** What it was refused with; null when it was not. */
  readonly refused: string | null;
}

interface Asked {
  readonly yes?: boolean;
  readonly json?: boolean;
  /** Null: nobody is there. */
  readonly answer?: boolean | null;
}

async function run(
  swarm: Parameters<typeof uninstall>[1],
  { yes = false, json = false, answer = null }: Asked = {},
): Promise<Told> {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    confirm: (question: string) => {
      asked.push(question);
      return Promise.resolve(answer);
    },
  };
  try {
    await uninstall({ dockerAddress: "tcp://manager:2375", yes, json }, swarm, terminal);
    return { out, err, asked, refused: null };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { out, err, asked, refused: error.message };
  }
}

describe("ballast uninstall on the command line", () => {
  const SOCKET = {
    dockerAddress: "unix:///var/run/docker.sock",
    docker: { socketPath: "/var/run/docker.sock" },
  };

  function read(line: string, env: NodeJS.ProcessEnv = {}): CommandLine {
    return readCommandLine(line.split(" "), env);
  }

  it("finds the manager by flag, by the scheduler's variable, by Docker's, or at the usual socket", () => {
    const said = { kind: "uninstall", json: false, yes: false };
    const env = { BALLAST_DOCKER_HOST: "tcp://a:1", DOCKER_HOST: "tcp://b:2" };
    const at = (host: string, port: number) => ({
      ...said,
      dockerAddress: `tcp://${host}:${port}`,
      docker: { host, port, protocol: "http" },
    });
    assert.deepEqual(read("uninstall --docker-host tcp://c:3", env), at("c", 3));
    assert.deepEqual(read("uninstall", env), at("a", 1));
    assert.deepEqual(read("uninstall", { ...env, BALLAST_DOCKER_HOST: "" }), at("b", 2));
    assert.deepEqual(read("uninstall -y --json", { DOCKER_HOST: "" }), {
      ...said,
      ...SOCKET,
      json: true,
      yes: true,
    });
  });

  it("takes no scheduler's address, and does not look at what the environment says of one", () => {
    const env = { BALLAST_URL: "nonsense", BALLAST_TOKEN_FILE: "/nowhere/at/all" };
    assert.equal(read("uninstall", env).kind, "uninstall");
    const faults = read("uninstall web --url http://a --force", { DOCKER_HOST: "ssh://me@a" });
    assert.ok(faults.kind === "faults");
    assert.deepEqual(faults.faults.slice(0, 3), [
      "--url: does not belong to uninstall",
      "--force: does not belong to uninstall",
      'uninstall: "web" is one word too many',
    ]);
    assert.match(faults.faults[3] ?? "", /"ssh:\/\/me@a" is no Docker address; write unix:/);
    const elsewhere = read("orders --docker-host tcp://a:1");
    assert.ok(elsewhere.kind === "faults");
    assert.deepEqual(elsewhere.faults, ["--docker-host: does not belong to orders"]);
    assert.ok(HELP.includes("ballast uninstall"));
  });
});

describe("ballast uninstall", () => {
  it("asks nobody and says so when there is nothing to take out", async () => {
    const told = await run(new FakeLeaveSwarm());
    assert.deepEqual(told, { out: [CLEAN], err: [], asked: [], refused: null });
  });

  it("changes nothing without a yes", async () => {
    for (const [answer, why] of [
      [null, "nothing was changed: nobody to ask; answer beforehand with --yes"],
      [false, "nothing was changed"],
    ] as const) {
      const swarm = new FakeLeaveSwarm(steered(), [PAUSE]);
      const told = await run(swarm, { answer });
      assert.equal(told.refused, why);
      assert.equal(told.asked.length, 1);
      assert.match(told.err[0] ?? "", /^web: a move from alpha to bravo was left/);
      assert.deepEqual(swarm.gateway.calls, []);
      assert.equal((await swarm.read()).orders.length, 1);
    }
  });

  it("tells what it took out, how moves ended, and what is the owner's to do", async () => {
    const swarm = new FakeLeaveSwarm(steered(), [PAUSE, DRAIN]);
    const labels = { "ballast.move": "never" };
    swarm.others.push(toldService("db", aRawSpec({ Name: "db", Labels: labels }), steered()));
    swarm.gateway.land("n2");
    const told = await run(swarm, { answer: true });
    assert.equal(told.refused, null);
    assert.deepEqual(told.out, [
      "web: the move that was left landed: task web.1b runs on the planned node",
      `ballast.pause: pause of everything since ${AT}: sale: taken out`,
      `ballast.drain.n2: drain of bravo since ${AT}: taken out`,
      "bravo: its availability is left as it is, active",
      "db: keeps ballast.move=never, which is yours: see its stack file",
      "db: `docker service rollback` would bring a move back until it is next deployed; then run this again",
      CLEAN,
    ]);
    assert.equal(told.err.at(-1), "web: landed: task web.1b runs on the planned node");
  });

  it("prints one document when it is asked for one, also when something is left", async () => {
    const swarm = new FakeLeaveSwarm(steered(), [PAUSE, DRAIN]);
    swarm.gateway.land("n2");
    swarm.stubborn.set("id-of-ballast.pause", new Error("no leader"));
    const told = await run(swarm, { yes: true, json: true });
    assert.equal(told.refused, "still in the swarm: ballast.pause; run this again");
    assert.equal(told.out.length, 1);
    assert.deepEqual(JSON.parse(told.out[0] ?? ""), {
      clean: false,
      takenOut: {
        moves: [
          {
            service: "web",
            moveId: "m1",
            from: "alpha",
            to: "bravo",
            outcome: "landed",
            detail: "task web.1b runs on the planned node",
          },
        ],
        orders: [{ name: "ballast.drain.n2", kind: "drain", about: "bravo", at: AT, reason: "" }],
      },
      left: { moves: [], orders: [{ name: "ballast.pause", fault: "no leader" }] },
      byHand: [],
      nodes: [{ name: "bravo", availability: "active" }],
      ownLabels: [],
      rollbacks: [],
    });
  });

  it("says what to do by hand about a record that it cannot read, and is not done", async () => {
    const torn = aRawSpec({
      Labels: { "ballast.steer": "torn" },
      TaskTemplate: { Placement: { Constraints: ["node.role==worker", "node.id!=it's"] } },
    });
    const told = await run(new FakeLeaveSwarm(torn));
    assert.equal(told.refused, "something is left to be taken out by hand, see above");
    assert.deepEqual(told.asked, []);
    assert.equal(
      told.out.at(-1),
      String.raw`  docker service update --constraint-rm 'node.id!=it'\''s' --label-rm ballast.steer web`,
    );
  });

  it("changes nothing while a scheduler runs", async () => {
    const labels = { "ballast.part": "scheduler" };
    const swarm = new FakeLeaveSwarm(steered(), [PAUSE]);
    swarm.others.push(toldService("s", aRawSpec({ Name: "sched", Labels: labels })));
    const told = await run(swarm, { yes: true });
    assert.equal(
      told.refused,
      "the scheduler still runs as service sched: first `docker service rm sched`; nothing was changed",
    );
    assert.deepEqual([told.out, told.err, swarm.gateway.calls], [[], [], []]);
    assert.equal((await swarm.read()).orders.length, 1);
  });
});

describe("at a manager's Docker", async () => {
  const fakeDocker = await startFakeServer(() => ({ body: [] }));
  const parts = leavePartsOf({ host: "127.0.0.1", port: fakeDocker.port, protocol: "http" });

  it("reads services, nodes, orders by their label and schedulers' tasks by theirs", async () => {
    const scheduler = toldService("s", aRawSpec({ Labels: { "ballast.part": "scheduler" } }));
    const task = {
      ID: "t1",
      ServiceID: "s",
      CreatedAt: AT,
      DesiredState: "running",
      Status: { State: "running", Timestamp: AT },
    };
    const answers: Readonly<Record<string, FakeAnswer>> = {
      "/services": { body: [scheduler] },
      "/tasks": { body: [task] },
      "/configs": { body: [PAUSE] },
    };
    fakeDocker.answer = ({ path }) => answers[path] ?? { body: [] };
    const swarm = await parts.read();
    assert.equal(swarm.services[0]?.service.id, "s");
    assert.equal(swarm.orders[0]?.name, "ballast.pause");
    assert.ok(swarm.schedulerTasks.every(({ serviceId }) => serviceId === "s"));
    const asked = fakeDocker.seen.map(({ path, query }) => `${path} ${query["filters"] ?? ""}`);
    assert.deepEqual(asked.sort(), [
      '/configs {"label":["ballast.order"]}',
      "/nodes ",
      "/services ",
      '/tasks {"label":["ballast.part=scheduler"]}',
      '/tasks {"service":["s"]}',
    ]);
  });

  it("says in one line why the swarm cannot be read", async () => {
    fakeDocker.answer = () => ({ status: 503, body: { message: "This node is not a swarm manager." } });
    const told = await run(parts, { yes: true });
    assert.match(
      told.refused ?? "",
      /^the swarm cannot be read at tcp:\/\/manager:2375: .*not a swarm manager.*; name a manager's Docker with --docker-host$/,
    );
  });
});
