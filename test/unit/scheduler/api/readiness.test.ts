import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, it } from "node:test";
import Docker from "dockerode";
import { startHttpServer } from "../../../../common/http/server.ts";
import { createSwarmGateway } from "../../../../scheduler/act/gateway.ts";
import { readinessOf, roleIn } from "../../../../scheduler/api/readiness.ts";
import { decide } from "../../../../scheduler/decide/decide.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import type { JournalEntry } from "../../../../scheduler/journal/journal.ts";
import { createMetrics } from "../../../../scheduler/metrics.ts";
import type { MoveResult } from "../../../../scheduler/ports.ts";
import { aRawService, aRawSpec } from "../../../support/raw-builder.ts";
import { SILENT } from "../../../support/silent-log.ts";
import { aNode, aPolicy, aSwarm, NOW } from "../../../support/swarm-builder.ts";

const LEADER = aNode("n1", { hostname: "alpha", leader: true });
const OTHER = aNode("n2", { hostname: "bravo" });
const SWARM = aSwarm([LEADER, OTHER]);

interface Seen {
  readonly snapshot?: Snapshot;
  readonly leads?: boolean;
  readonly entries?: readonly JournalEntry[];
}

/** What `/readyz` answers after that look; after none when it is null. */
async function answer(seen: Seen | null): Promise<readonly [status: number, body: string]> {
  const { snapshot = SWARM, leads = true, entries = [] } = seen ?? {};
  const role = seen === null ? null : roleIn({ snapshot, leads });
  const server = await startHttpServer(
    { host: "127.0.0.1", port: 0 },
    {
      registry: createMetrics("act").registry,
      readiness: () => readinessOf(role, entries),
      routes: [],
      log: SILENT,
    },
  );
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}/readyz`);
    return [response.status, await response.text()];
  } finally {
    await server.stop(0);
  }
}

function doubted(source: "swarm" | "prometheus", ...doubts: readonly string[]): Snapshot {
  return { ...SWARM, inputs: [{ source, ageSeconds: null, doubts }] };
}

/** Moves that ended, each as it is told. */
function entryOf(...ends: readonly Pick<MoveResult, "outcome" | "detail">[]): JournalEntry {
  const results = ends.map((end): MoveResult => ({
    moveId: "m1",
    service: "web",
    serviceId: "web",
    fromId: "n1",
    toId: "n2",
    fromName: "alpha",
    toName: "bravo",
    seconds: 1,
    startSeconds: null,
    collateral: 0,
    ...end,
  }));
  const decision = decide(SWARM, aPolicy(), NOW);
  return { trigger: "schedule", decision, leads: true, withheld: null, results };
}

describe("readiness", () => {
  it("is not given before the first look", async () => {
    assert.deepEqual(await answer(null), [503, "no decision yet: the first look is under way\n"]);
  });

  it("says who leads", async () => {
    assert.deepEqual(await answer({}), [200, "leading: its manager alpha leads the swarm\n"]);
  });

  it("is given beside a manager that does not lead, which says that it stands by, and for whom", async () => {
    const body = "standing by: the manager alpha leads the swarm, not the one here\n";
    assert.deepEqual(await answer({ leads: false }), [200, body]);
  });

  it("says that nobody leads", async () => {
    const snapshot = aSwarm([aNode("n1", { leader: false }), OTHER]);
    assert.deepEqual(await answer({ leads: false, snapshot }), [
      200,
      "standing by: no manager leads the swarm at present\n",
    ]);
  });

  it("says why the swarm cannot be read, as without a quorum, and does not name a leader of before", async () => {
    const doubt = "the swarm cannot be read: the swarm does not have a leader";
    const [status, body] = await answer({ leads: false, snapshot: doubted("swarm", doubt) });
    assert.deepEqual([status, body], [200, `standing by: ${doubt}\n`]);
  });

  it("is no matter of what was measured: who leads leads without Prometheus too", async () => {
    const [, body] = await answer({ snapshot: doubted("prometheus", "it is away") });
    assert.match(body, /^leading: /);
  });
});

describe("readiness beside a manager that is only to be read", () => {
  it("says that it stands by, once all moves that were tried were refused", async () => {
    for (const status of [403, 405]) {
      const refused = { outcome: "failed", detail: await refusalWith(status) } as const;
      const [code, body] = await answer({ entries: [entryOf(), entryOf(refused, refused), entryOf()] });
      assert.equal(code, 200);
      assert.match(
        body,
        new RegExp(`^standing by: its manager takes no writes \\(.*HTTP code ${status}.*\\)\n$`),
      );
    }
  });

  it("leads again when a move was taken, and still when one ended otherwise", async () => {
    const refused = { outcome: "failed", detail: await refusalWith(403) } as const;
    const landed = { outcome: "landed", detail: "it runs" } as const;
    const broken = { outcome: "failed", detail: await refusalWith(500) } as const;
    for (const entries of [
      [entryOf(landed), entryOf(refused)],
      [entryOf(refused, landed)],
      [entryOf(broken)],
      [entryOf({ ...landed, detail: refused.detail })],
    ])
      assert.match((await answer({ entries }))[1], /^leading: /);
  });
});

/** What a real gateway says of a write that a manager, or a proxy before it, answers so. */
async function refusalWith(status: number): Promise<string> {
  const proxy = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end('{"message":"not here"}');
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  const docker = new Docker({ host: "127.0.0.1", port: (proxy.address() as AddressInfo).port });
  try {
    await createSwarmGateway(docker).write(aRawService(), aRawSpec());
  } catch (error) {
    return String(error);
  }
  throw new Error("the write was taken");
}
