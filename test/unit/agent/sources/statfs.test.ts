import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createSpaceReader, type SpaceReader, type SpaceUse } from "../../../../agent/sources/statfs.ts";
import { SPACE } from "../fixture.ts";

const TIMEOUT_SECONDS = 2;

/** A kernel in which some paths hang until they are let go. */
class FakeKernel {
  readonly hung = new Map<string, (space: SpaceUse) => void>();
  readonly asked: string[] = [];
  readonly read: SpaceReader;
  readonly #context: TestContext;

  constructor(context: TestContext, hangs: (path: string) => boolean) {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    this.#context = context;
    this.read = createSpaceReader(TIMEOUT_SECONDS, (path) => {
      this.asked.push(path);
      if (!hangs(path) || this.hung.has(path)) return Promise.resolve(SPACE);
      return new Promise((resolve) => this.hung.set(path, resolve));
    });
  }

  /** One sample's answers, each path's file system of the type it is named after. */
  async sample(...paths: readonly string[]): Promise<readonly (SpaceUse | null)[]> {
    this.asked.length = 0;
    const answers = paths.map((path) => this.read(path, path.split("/")[1] ?? ""));
    // What answers does so within this turn; only what hangs is left for the timers.
    await turn();
    this.#context.mock.timers.tick(TIMEOUT_SECONDS * 1000);
    return Promise.all(answers);
  }
}

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

describe("the space reader", () => {
  it("gives a hung mount up in time, does not ask it again, and comes back to it when it answers", async (t) => {
    const kernel = new FakeKernel(t, (path) => path.includes("hung"));
    assert.deepEqual(await kernel.sample("/nfs4/hung", "/nfs4/fine"), [null, SPACE]);
    assert.deepEqual(await kernel.sample("/nfs4/hung", "/nfs4/fine"), [null, SPACE]);
    assert.deepEqual(kernel.asked, ["/nfs4/fine"]);
    kernel.hung.get("/nfs4/hung")?.(SPACE);
    await turn();
    assert.deepEqual(await kernel.sample("/nfs4/hung"), [SPACE]);
  });

  it("holds nothing up for mounts that hang, nor for one that cannot be asked because of them", async (t) => {
    const kernel = new FakeKernel(t, (path) => path.includes("hung"));
    const mounts = ["/nfs/hung1", "/nfs/hung2", "/nfs/hung3"];
    await kernel.sample(...mounts);
    const answers: unknown[] = [];
    for (const path of mounts) void kernel.read(path, "nfs").then((answer) => answers.push(answer));
    // No timer is moved: the answers must be there by themselves.
    await turn();
    assert.deepEqual(answers, [null, null, null]);
  });

  it("always finds local disks, however many servers hang", async (t) => {
    const kernel = new FakeKernel(t, (path) => path.includes("hung"));
    const hung = ["/nfs4/hung1", "/cifs/hung2", "/fuse.sshfs/hung3", "/nfs/hung4", "/nfs/hung5"];
    for (let round = 0; round < 3; round += 1) {
      const answers = await kernel.sample(...hung, "/ext4/root", "/xfs/data");
      assert.deepEqual(answers, [null, null, null, null, null, SPACE, SPACE]);
      assert.ok(kernel.hung.size <= 2, "threads are left for others");
    }
  });

  it("asks those that could not be asked as soon as others answer", async (t) => {
    const kernel = new FakeKernel(t, (path) => /hung[12]/.test(path));
    const mounts = ["/nfs/hung1", "/nfs/hung2", "/nfs/fine3"];
    assert.deepEqual(await kernel.sample(...mounts), [null, null, null]);
    kernel.hung.get("/nfs/hung1")?.(SPACE);
    await turn();
    assert.deepEqual(await kernel.sample(...mounts), [SPACE, null, SPACE]);
  });

  it("asks local disks one after the other, all of them", async (t) => {
    const kernel = new FakeKernel(t, () => false);
    const disks = ["/ext4/a", "/ext4/b", "/xfs/c"];
    assert.deepEqual(await kernel.sample(...disks), [SPACE, SPACE, SPACE]);
    assert.deepEqual(kernel.asked, disks);
  });

  it("tells an error as no answer, and goes on", async () => {
    const errors = [new Error("EIO")];
    const read = createSpaceReader(TIMEOUT_SECONDS, () => {
      const error = errors.pop();
      return error === undefined ? Promise.resolve(SPACE) : Promise.reject(error);
    });
    assert.equal(await read("/", "ext4"), null);
    assert.deepEqual(await read("/", "ext4"), SPACE);
  });

  it("asks the real kernel", async () => {
    const space = await createSpaceReader(TIMEOUT_SECONDS)("/", "ext4");
    assert.ok(space !== null && space.size >= space.free && space.free >= space.avail);
    assert.equal(await createSpaceReader(TIMEOUT_SECONDS)("/nowhere", "ext4"), null);
  });
});
