import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRunner } from "../../../../agent/collect.ts";
import { createImages } from "../../../../agent/collectors/images.ts";
import { createImageSource, toImages, type ListedImage } from "../../../../agent/sources/docker/images.ts";
import { fixtureSources, seriesOf, standingClock } from "../fixture.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const WEB: ListedImage = { tags: ["web:1", "web:latest"], digests: [`web@${DIGEST}`], bytes: 5000 };
const images = createImages({ latest: () => null });

function image(index: number, over: Partial<ListedImage> = {}): ListedImage {
  return { tags: [`i${String(index).padStart(4, "0")}:1`], digests: [], bytes: index, ...over };
}

describe("images", () => {
  it("are shown by each tag and each digest, with their size", () => {
    assert.deepEqual(seriesOf(images, [WEB]), [
      'ballast_node_image_bytes{image="web:1"} 5000',
      'ballast_node_image_bytes{image="web:latest"} 5000',
      `ballast_node_image_bytes{image="web@${DIGEST}"} 5000`,
    ]);
  });

  it("without a name are left out", () => {
    const nameless = { tags: ["<none>:<none>"], digests: [`<none>@${DIGEST}`], bytes: 1 };
    assert.deepEqual(seriesOf(images, [nameless]), []);
  });

  it("that are listed twice are one series: two would make the page unreadable", () => {
    assert.equal(seriesOf(images, [WEB, WEB]).length, 3);
  });

  it("are shown 1000 at most: tags first, and the same ones in whatever order Docker lists them", () => {
    const many = Array.from({ length: 1200 }, (_, index) =>
      image(index, { digests: [`a${index}@${DIGEST}`] }),
    );
    const shown = seriesOf(images, many);
    assert.equal(shown.length, 1000);
    assert.match(shown.at(-1) ?? "", /image="i0999:1"/);
    assert.deepEqual(seriesOf(images, many.toReversed()), shown);
    const few = seriesOf(images, many.slice(0, 600));
    assert.equal(few.filter((line) => line.includes("@sha256:")).length, 400);
  });
});

describe("Docker's list of images", () => {
  it("is read with what it may leave out", () => {
    const answer = [
      { Id: "sha256:1", RepoTags: ["web:1"], RepoDigests: [`web@${DIGEST}`], Size: 7, SharedSize: -1 },
      { Id: "sha256:2", RepoTags: null, RepoDigests: null, Size: 8 },
    ];
    assert.deepEqual(toImages(answer), [
      { tags: ["web:1"], digests: [`web@${DIGEST}`], bytes: 7 },
      { tags: [], digests: [], bytes: 8 },
    ]);
    assert.throws(() => toImages({ message: "no list" }));
  });
});

/** A daemon whose answers come when the test says so (a fake). */
class FakeDaemon {
  readonly questions: PromiseWithResolvers<readonly ListedImage[]>[] = [];
  readonly source = createImageSource(() => {
    const question = Promise.withResolvers<readonly ListedImage[]>();
    this.questions.push(question);
    return question.promise;
  });

  async settle(act: (question: PromiseWithResolvers<readonly ListedImage[]>) => void): Promise<void> {
    const question = this.questions.at(-1);
    assert.ok(question !== undefined);
    act(question);
    await new Promise(setImmediate);
  }
}

describe("asking for images", () => {
  it("holds up nobody, and happens once a minute", async () => {
    const daemon = new FakeDaemon();
    assert.equal(daemon.source.latest(0), null);
    assert.equal(daemon.source.latest(1), null);
    await daemon.settle(({ resolve }) => {
      resolve([WEB]);
    });
    assert.deepEqual(daemon.source.latest(59), [WEB]);
    assert.equal(daemon.questions.length, 1);
    assert.deepEqual(daemon.source.latest(60), [WEB]);
    assert.equal(daemon.questions.length, 2);
    await daemon.settle(({ resolve }) => {
      resolve([]);
    });
    assert.deepEqual(daemon.source.latest(61), []);
  });

  it("is never done twice at once, and keeps the last list only so long", async () => {
    const daemon = new FakeDaemon();
    daemon.source.latest(0);
    await daemon.settle(({ resolve }) => {
      resolve([WEB]);
    });
    assert.deepEqual(daemon.source.latest(60), [WEB]);
    assert.deepEqual(daemon.source.latest(200), [WEB]);
    assert.equal(daemon.source.latest(201), null);
    assert.equal(daemon.questions.length, 2);
  });

  it("that a proxy refuses is a failure at every sample from then on, and no family", async () => {
    const daemon = new FakeDaemon();
    const clock = standingClock();
    const run = createRunner({ ...createImages(daemon.source), name: "images" }, 5);
    const sources = fixtureSources("v1", undefined, { clock });
    assert.equal((await run(sources)).outcome.kind, "no data");
    await daemon.settle(({ reject }) => {
      reject(new Error("Docker answers 403"));
    });
    for (const at of [1, 59, 60, 61]) {
      clock.at = at;
      const { outcome } = await run(sources);
      assert.ok(outcome.kind === "failure");
      assert.match(outcome.error.message, /403/);
    }
    assert.equal(daemon.questions.length, 2);
    await daemon.settle(({ resolve }) => {
      resolve([WEB]);
    });
    assert.equal((await run(sources)).outcome.kind, "data");
  });
});
