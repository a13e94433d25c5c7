import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Explanation, Subject } from "../decide/explain/explain.ts";
import type { PlacedReplica } from "../decide/place.ts";
import type { Wanted } from "../decide/place-wanted.ts";
import type { Decision, Move } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { frameOf, piecesOf } from "./pieces.ts";
import type { Answer, Question, Rechecked, Told } from "./question.ts";

/** Decides, apart from the thread that answers requests and follows moves: a decision on a large swarm takes seconds. */
export interface Thinker {
  decide(snapshot: Snapshot, policy: Policy, nowMs: number): Promise<Decision>;
  /** Which of the moves still hold on a fresh look, each with those before it made, and why the others do not. */
  recheck(snapshot: Snapshot, policy: Policy, nowMs: number, moves: readonly Move[]): Promise<Rechecked>;
  /** Why something moves by the decision that would be made now, or why it does not. */
  explain(snapshot: Snapshot, policy: Policy, nowMs: number, subject: Subject | null): Promise<Explanation>;
  /** Where replicas of a service that is not there yet had best be started. `among`: node ids; null for all. */
  place(
    snapshot: Snapshot,
    policy: Policy,
    nowMs: number,
    wanted: Wanted,
    among?: ReadonlySet<string> | null,
  ): Promise<readonly PlacedReplica[]>;
  stop(): Promise<void>;
}

/** A thinker's answers to what it is asked, by somebody who answers questions. */
export function thinkerOn(ask: (question: Question) => Promise<Answer>): Omit<Thinker, "stop"> {
  return {
    async decide(snapshot, policy, nowMs) {
      const answer = await ask({ kind: "decide", snapshot, policy, nowMs });
      if (answer.kind !== "decided") throw new Error(reasonOf(answer));
      return answer.decision;
    },
    async recheck(snapshot, policy, nowMs, moves) {
      const answer = await ask({ kind: "recheck", snapshot, policy, nowMs, moves });
      if (answer.kind !== "rechecked") throw new Error(reasonOf(answer));
      return answer.rechecked;
    },
    async explain(snapshot, policy, nowMs, subject) {
      const answer = await ask({ kind: "explain", snapshot, policy, nowMs, subject });
      if (answer.kind !== "explained") throw new Error(reasonOf(answer));
      return answer.explanation;
    },
    async place(snapshot, policy, nowMs, wanted, among = null) {
      const answer = await ask({ kind: "place", snapshot, policy, nowMs, wanted, among });
      if (answer.kind !== "placed") throw new Error(reasonOf(answer));
      return answer.replicas;
    },
  };
}

function reasonOf(answer: Answer): string {
  return answer.kind === "failed"
    ? `the planner failed: ${answer.reason}`
    : "the planner answered another question";
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** A thread of the planner's. */
interface Mind {
  readonly worker: Worker;
  /** The snapshot that it was told last. */
  told: Snapshot | null;
  /** One question is told after the other: what a piece leaves out is by the snapshot before. */
  telling: Promise<unknown>;
}

// Compiled, the worker lies beside this file under another ending.
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** Of what is soon forgotten the thread would by itself keep three times as much, and be no faster for it. */
const YOUNG_MB = 24;

/** A thinker with a thread of its own, which is started with the first question and again after it died. */
export function createThinker(): Thinker {
  const waiting = new Map<number, Waiting>();
  let mind: Mind | null = null;
  let asked = 0;

  function begin(): Mind {
    const worker = new Worker(WORKER, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    const begun: Mind = { worker, told: null, telling: Promise.resolve() };
    // It must not keep a process alive that is done otherwise.
    worker.unref();
    worker.on("message", ({ id, answer }: { readonly id: number; readonly answer: Answer }) => {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    });
    const end = (why: string): void => {
      if (mind === begun) mind = null;
      for (const { reject } of waiting.values()) reject(new Error(`the planner's thread ended: ${why}`));
      waiting.clear();
    };
    worker.on("error", (error: Error) => {
      end(error.message);
    });
    worker.on("exit", (code) => {
      end(`exit code ${code}`);
    });
    return begun;
  }
  async function ask(question: Question): Promise<Answer> {
    const own = (mind ??= begin());
    asked += 1;
    const id = asked;
    const answered = new Promise<Answer>((resolve, reject) => waiting.set(id, { resolve, reject }));
    const telling = own.telling.then(() => tell(own, id, question));
    own.telling = telling.catch(() => null);
    own.worker.ref();
    try {
      const [answer] = await Promise.all([answered, telling]);
      return answer;
    } finally {
      waiting.delete(id);
      if (waiting.size === 0) own.worker.unref();
    }
  }
  return {
    ...thinkerOn(ask),
    async stop() {
      await mind?.worker.terminate();
    },
  };
}

/** Tells a question, in between letting others have the thread; of the snapshot only what the worker does not have. */
async function tell(mind: Mind, id: number, { snapshot, ...rest }: Question): Promise<void> {
  const say = (told: Told): void => {
    mind.worker.postMessage(told);
  };
  const isThere = snapshot === mind.told;
  if (!isThere)
    for (const piece of piecesOf(snapshot, mind.told)) {
      say({ id, piece });
      await setImmediate();
    }
  say({ id, question: { ...rest, snapshot: isThere ? null : frameOf(snapshot) } });
  mind.told = snapshot;
}
