import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Explanation, Subject } from "../decide/explain/explain.ts";
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
  stop(): Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

// Compiled, the worker lies beside this file under another ending.
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** A thinker with a thread of its own, which is started with the first question and again after it died. */
export function createThinker(): Thinker {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let asked = 0;

  function begin(): Worker {
    const begun = new Worker(WORKER);
    // It must not keep a process alive that is done otherwise.
    begun.unref();
    begun.on("message", ({ id, answer }: { readonly id: number; readonly answer: Answer }) => {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    });
    const end = (why: string): void => {
      if (worker === begun) worker = null;
      for (const { reject } of waiting.values()) reject(new Error(`the planner's thread ended: ${why}`));
      waiting.clear();
    };
    begun.on("error", (error: Error) => {
      end(error.message);
    });
    begun.on("exit", (code) => {
      end(`exit code ${code}`);
    });
    return begun;
  }
  async function ask(question: Question): Promise<Answer> {
    worker ??= begin();
    const own = worker;
    asked += 1;
    const id = asked;
    const answered = new Promise<Answer>((resolve, reject) => waiting.set(id, { resolve, reject }));
    own.ref();
    try {
      const [answer] = await Promise.all([answered, tell(own, id, question)]);
      return answer;
    } finally {
      if (waiting.size === 0) own.unref();
    }
  }
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
    async stop() {
      await worker?.terminate();
    },
  };
}

/** Tells a question, in between letting others have the thread. */
async function tell(worker: Worker, id: number, { snapshot, ...rest }: Question): Promise<void> {
  const say = (told: Told): void => {
    worker.postMessage(told);
  };
  for (const piece of piecesOf(snapshot)) {
    say({ id, piece });
    await setImmediate();
  }
  say({ id, question: { ...rest, snapshot: frameOf(snapshot) } });
}

function reasonOf(answer: Answer): string {
  return answer.kind === "failed"
    ? `the planner failed: ${answer.reason}`
    : "the planner answered another question";
}
