import assert from "node:assert/strict";
import { after, describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { runs } from "../../support/runs.ts";
import { someBytes, someCutOff } from "./routes-bytes.ts";
import { someCall, type Call } from "./routes-calls.ts";
import { answersIn, ask, leave, PATIENCE_MS, send, type Answer } from "./routes-client.ts";
import { startRoutesWorld, type Operation } from "./routes-world.ts";

// Together 5,000 requests in `npm run test:properties`, 1,250 in `npm run check`, 100,000 with BALLAST_RUNS=20.
const CALLS = 4000;
const SENDINGS = 600;
const CUT_OFF = 400;

const world = await startRoutesWorld();
after(leave);

/** What the description does not say of one operation: the request did not get as far as one. */
const BEFORE_ANY: ReadonlySet<number> = new Set([403, 404, 405]);
/** Ours: never meant. */
const FAULTS: ReadonlySet<number> = new Set([500, 501]);

function operationAt({ method, path }: Pick<Call, "method" | "path">): Operation | undefined {
  const [bare = ""] = path.split("?");
  return world.operations.find(
    (operation) =>
      (operation.method === method || (operation.method === "GET" && method === "HEAD")) &&
      new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`, "i").test(bare),
  );
}

/** A refusal says what it is, in the one form that all of them have. */
function holdProblem({ status, type, text }: Pick<Answer, "status" | "type" | "text">, of: string): void {
  assert.ok(type.startsWith("application/problem+json"), `${of}: ${status} ${type} ${text.slice(0, 300)}`);
  const problem = JSON.parse(text) as Readonly<Record<string, unknown>>;
  assert.equal(problem["status"], status, of);
  assert.ok(typeof problem["detail"] === "string" && problem["detail"] !== "", of);
}

/** An answer is the operation's own as it is described, or a refusal that is none of an operation. */
function holdDescribed({ method, path }: Call, answer: Answer, operation: Operation | undefined): void {
  const { status } = answer;
  const of = `${method} ${path}`;
  // Neither has a body.
  if (method === "HEAD" || status === 304) return;
  if (status >= 300) holdProblem(answer, of);
  const isOwn = operation !== undefined && (operation.statuses.includes(status) || !BEFORE_ANY.has(status));
  if (isOwn) world.check(operation, answer);
  else assert.ok(BEFORE_ANY.has(status), `${of}: ${status}`);
}

async function holdAlive(): Promise<void> {
  const { status, text } = await ask(world.port, {
    method: "GET",
    path: "/healthz",
    headers: {},
    body: null,
  });
  assert.deepEqual([status, text], [200, "ok\n"]);
}

/** How often each status was answered. */
function createTally(): {
  readonly add: (key: string | number) => void;
  readonly tell: (context: TestContext) => void;
} {
  const counts = new Map<string, number>();
  return {
    add: (key) => counts.set(String(key), (counts.get(String(key)) ?? 0) + 1),
    tell: (context) => {
      const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
      context.diagnostic(sorted.map(([key, count]) => `${key}: ${count}`).join(", "));
    },
  };
}

describe("whatever is asked of any operation", () => {
  it("is answered as the description says, in time, and without a trace unless it was to be done", async (context) => {
    const tally = createTally();
    const served = new Set<string>();
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(someCall(world), async (call) => {
        world.mood = call.mood;
        const before = world.traces();
        const answer = await ask(world.port, call);
        const { status, milliseconds } = answer;
        tally.add(status);
        const operation = operationAt(call);
        const of = `${call.method} ${call.path}`;
        assert.ok(milliseconds < PATIENCE_MS, `${of} took ${milliseconds} ms`);
        assert.deepEqual(world.faults, []);
        assert.ok(!FAULTS.has(status), `${of}: ${status}`);
        const isEarnest = /[?&]dryRun=(?!true)/i.test(call.path);
        if (status >= 400 || operation?.acts !== true || !isEarnest) assert.equal(world.traces(), before, of);
        holdDescribed(call, answer, operation);
        if (operation !== undefined && status < 300) served.add(operation.id);
        asked += 1;
        if (asked % 25 === 0) await holdAlive();
      }),
      { ...runs(CALLS), endOnFailure: true },
    );
    await holdAlive();
    tally.tell(context);
    const never = world.operations.filter(({ id }) => !served.has(id)).map(({ id }) => id);
    // A quarter of the cases need not have something for each.
    if (runs(CALLS).numRuns >= CALLS) assert.deepEqual(never, [], "nothing was tried that these would do");
    else
      assert.ok(never.length < world.operations.length / 2, `hardly anything was done: not ${never.join()}`);
  });
});

describe("whatever bytes come in", () => {
  it("are answered in HTTP with no fault of ours, or not at all, and the server goes on", async (context) => {
    const tally = createTally();
    world.mood = "quiet";
    await fc.assert(
      fc.asyncProperty(someBytes(world.operations), async (sending) => {
        const came = await send(world.port, sending, holdAlive);
        assert.deepEqual(world.faults, []);
        if (came === null) {
          tally.add("gone");
          return;
        }
        const answers = answersIn(came);
        if (answers.length === 0) tally.add("none");
        for (const answer of answers) {
          tally.add(answer.status);
          assert.ok(answer.status < 500, `${answer.status} ${answer.text}`);
          // An expectation that nobody knows, and a target that is no path, are answered before our code is asked.
          const isOurs = answer.status !== 417;
          if (answer.status >= 400 && isOurs && answer.text !== "")
            holdProblem(answer, String(answer.status));
        }
      }),
      { ...runs(SENDINGS), endOnFailure: true },
    );
    await holdAlive();
    tally.tell(context);
  });

  it("are no order, where its body does not come whole", async () => {
    world.mood = "quiet";
    await fc.assert(
      fc.asyncProperty(someCutOff(world.operations), async (sending) => {
        const before = world.traces();
        const came = await send(world.port, sending, holdAlive);
        assert.deepEqual(world.faults, []);
        for (const answer of answersIn(came ?? Buffer.alloc(0))) holdProblem(answer, String(answer.status));
        assert.equal(world.traces(), before);
      }),
      { ...runs(CUT_OFF), endOnFailure: true },
    );
  });
});
