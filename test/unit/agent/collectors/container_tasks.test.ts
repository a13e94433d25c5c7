import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLabelsOf } from "../../../../agent/collectors/container_labels.ts";
import { createContainerTasks } from "../../../../agent/collectors/container_tasks.ts";
import type { Files } from "../../../../agent/sources/files.ts";
import { readTaskStates, taskState } from "../../../../agent/sources/tasks.ts";
import { fixtureSources, knownIdentity, seriesOf, WEB, WEB_IDENTITY } from "../fixture.ts";

const tasks = createContainerTasks(() => true, createLabelsOf([]));

/** Processes with so many sleeping threads each, every one the parent of the next. */
function procfs(threads: readonly number[]): Files {
  const folders = new Map(
    threads.map((count, index) => [
      `${index + 1}/task`,
      Array.from({ length: count }, (_, thread) => `${index + 1}-${thread}`),
    ]),
  );
  return {
    root: "/proc",
    folders: (path) => folders.get(path) ?? [],
    entries: () => [],
    read(path) {
      if (path.endsWith("/stat")) return "1 (x) S 0 0\n";
      const process = Number(path.split("/", 1)[0]);
      return path.endsWith("-0/children") && process < threads.length ? `${process + 1} ` : "";
    },
  };
}

describe("container_tasks", () => {
  it("counts the threads of a container's processes by what they do", async () => {
    const identity = knownIdentity({ [WEB]: WEB_IDENTITY });
    const raw = await tasks.read(fixtureSources("v2", undefined, { identity }));
    assert.ok(raw);
    const lines = seriesOf(tasks, raw).map((line) => line.replace(/\{.*,(state="\w+"\})/, "{$1"));
    assert.deepEqual(lines, [
      'container_tasks_state{state="running"} 1',
      'container_tasks_state{state="sleeping"} 1',
      'container_tasks_state{state="stopped"} 0',
      'container_tasks_state{state="uninterruptible"} 1',
    ]);
  });

  it("leaves out containers without a process, those that nobody can name, and those that may not be looked at", async () => {
    const stopped = knownIdentity({ [WEB]: { ...WEB_IDENTITY, pid: null } });
    assert.deepEqual(await tasks.read(fixtureSources("v2", undefined, { identity: stopped })), []);
    const denied: Files = {
      ...procfs([1]),
      folders: () => {
        throw new Error("EACCES");
      },
    };
    const running = knownIdentity({ [WEB]: WEB_IDENTITY });
    const sources = fixtureSources("v2", undefined, { identity: running, procfs: denied });
    assert.deepEqual(await tasks.read(sources), []);
  });

  it("has no data without control groups", async () => {
    assert.equal(await tasks.read(fixtureSources("v1", undefined, { cgroups: null })), null);
  });
});

describe("readTaskStates", () => {
  it("follows processes to their children", () => {
    assert.equal(readTaskStates(procfs([2, 1, 3]), 1, 512)?.sleeping, 6);
  });

  it("gives up beyond so many threads, and on a process that is gone", () => {
    assert.equal(readTaskStates(procfs([300, 212]), 1, 512)?.sleeping, 512);
    assert.equal(readTaskStates(procfs([300, 213]), 1, 512), null);
    assert.equal(readTaskStates(procfs([]), 1, 512), null);
  });
});

describe("taskState", () => {
  it("stands behind the command, whatever that looks like", () => {
    assert.equal(taskState("7 (web (x) S) D 1 7\n"), "D");
    assert.equal(taskState(""), null);
    assert.equal(taskState(null), null);
  });
});
