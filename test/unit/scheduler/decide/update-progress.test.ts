import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { updateProgress } from "../../../../scheduler/decide/update-progress.ts";
import {
  readUpdateId,
  updateIdOf,
  type UpdatedService,
  type UpdatedTask,
} from "../../../../scheduler/domain/daily.ts";
import { NOW } from "../../../support/swarm-builder.ts";

const DIGEST = "0123456789abcdef0123456789abcdef";
const MARK = { serviceId: "web", version: 10, digest: DIGEST };

function service(over: Partial<UpdatedService> = {}): UpdatedService {
  return {
    id: "web",
    mode: "replicated",
    replicas: 2,
    version: 12,
    digest: DIGEST,
    updateState: null,
    updateMessage: "",
    ...over,
  };
}

function task(id: string, over: Partial<UpdatedTask> = {}): UpdatedTask {
  return { id, state: "running", desired: "running", error: "", isCurrent: true, createdAtMs: NOW, ...over };
}

const UP = [task("t1"), task("t2")];
const OLD = UP.map((each) => ({ ...each, isCurrent: false }));

function stateOf(of: UpdatedService | null, tasks: readonly UpdatedTask[] = UP): string {
  return updateProgress(of, tasks, MARK).state;
}

describe("how far an update is", () => {
  it("is done once all that is wanted runs from the spec that was written", () => {
    assert.deepEqual(updateProgress(service(), UP, MARK), { state: "done", detail: "2 of 2 tasks run" });
    assert.equal(
      stateOf(service({ updateState: "completed" }), OLD),
      "done",
      "Swarm has compared them itself",
    );
    assert.equal(stateOf(service({ replicas: 0 }), []), "done");
  });

  it("is running while tasks are replaced, are missing or still stop", () => {
    assert.equal(stateOf(service({ updateState: "updating" })), "running");
    assert.equal(stateOf(service({ updateState: "rollback_started" })), "running");
    assert.equal(stateOf(service(), OLD), "running", "Swarm has not begun yet");
    assert.equal(stateOf(service(), [task("t1")]), "running");
    assert.equal(stateOf(service(), [...UP, task("t3", { state: "starting" })]), "running");
    const stops = [...UP, task("t3", { desired: "shutdown" })];
    assert.deepEqual(updateProgress(service(), stops, MARK), {
      state: "running",
      detail: "2 of 2 tasks run; 1 stopping",
    });
    const lost = service({ updateState: "completed" });
    assert.equal(stateOf(lost, stops), "done", "one on a lost node never stops");
    assert.equal(stateOf(service({ version: 9, digest: "old" })), "running", "a read older than the write");
  });

  it("says what it waits for: the newest trouble of what is new", () => {
    const tasks = [
      task("t1"),
      task("t2", { state: "pending", error: "no suitable node", createdAtMs: NOW + 2 }),
      task("t3", { state: "failed", error: "exit 1", createdAtMs: NOW + 1 }),
      task("t4", { state: "failed", error: "long ago", isCurrent: false, createdAtMs: NOW + 3 }),
    ];
    assert.equal(
      updateProgress(service(), tasks, MARK).detail,
      "1 of 2 tasks run; task t2 is pending: no suitable node",
    );
  });

  it("is failed where Swarm paused it or went back", () => {
    const paused = service({ updateState: "paused", updateMessage: "update paused due to failure" });
    assert.deepEqual(updateProgress(paused, UP, MARK), {
      state: "failed",
      detail: "Swarm paused it: update paused due to failure",
    });
    for (const updateState of ["rollback_started", "rollback_completed", "rollback_paused"])
      assert.equal(stateOf(service({ updateState, digest: "before" })), "failed", updateState);
    assert.equal(
      stateOf(service({ updateState: "rollback_paused" })),
      "failed",
      "of a rollback that was asked for",
    );
  });

  it("is superseded where somebody wrote since, or the service is gone", () => {
    assert.equal(stateOf(service({ digest: "other", updateState: "updating" })), "superseded");
    assert.equal(stateOf(service({ digest: "other" })), "superseded");
    assert.equal(stateOf(null), "superseded");
    assert.equal(stateOf(service({ id: "another" })), "superseded");
  });

  it("of a global service counts the tasks that there are to be", () => {
    const global = { mode: "global", replicas: null } as const;
    assert.equal(stateOf(service(global)), "done");
    assert.equal(stateOf(service(global), [...UP, task("t3", { isCurrent: false })]), "running");
  });
});

describe("the id of an update", () => {
  it("can be read back", () => {
    assert.equal(updateIdOf(MARK), `update.web.10-${DIGEST}`);
    assert.deepEqual(readUpdateId(updateIdOf(MARK)), MARK);
  });

  it("is not read out of anything else", () => {
    for (const id of [
      "",
      "update.web.10",
      `update..10-${DIGEST}`,
      `update.web.x-${DIGEST}`,
      `move.web.10-${DIGEST}`,
    ])
      assert.equal(readUpdateId(id), null, id);
  });
});
