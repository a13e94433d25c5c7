import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  imagesFrom,
  queriesForImages,
  WHOLE_LISTS,
} from "../../../../../scheduler/observe/prometheus/images.ts";
import { createUsageReader } from "../../../../../scheduler/observe/prometheus/reader.ts";
import { imagesToAskFor } from "../../../../../scheduler/observe/images.ts";
import { startFakeServer } from "../../../../support/fake-server.ts";
import { aService, NOW } from "../../../../support/swarm-builder.ts";

const fakePrometheus = await startFakeServer(() => "never");
const url = `http://127.0.0.1:${fakePrometheus.port}`;
const reader = createUsageReader({ url, timeoutSeconds: 1.5, windowSeconds: 300, maxAgeSeconds: 60 });

type Labels = Readonly<Record<string, string>>;

function vector(...series: readonly Labels[]) {
  const result = series.map((metric) => ({ metric, value: [0, "1"] }));
  return { body: { status: "success", data: { resultType: "vector", result } } };
}

/** Two nodes, n1 with a list of images and n2 without, and web:1 on n1. */
function answers(found: () => ReturnType<typeof vector> | "never"): void {
  fakePrometheus.answer = ({ body }) => {
    const query = new URLSearchParams(body).get("query") ?? "";
    if (query.startsWith("timestamp("))
      return vector({ instance: "a:1", node_id: "n1" }, { instance: "b:1", node_id: "n2" });
    return query === WHOLE_LISTS ? vector({ instance: "a:1", collector: "images" }) : found();
  };
}

describe("the images worth asking for", () => {
  it("are those that replicated services name without a digest, each once, as Docker lists them", () => {
    const services = [
      aService("a", { image: "web" }),
      aService("b", { image: "docker.io/library/web:latest" }),
      aService("c", { image: "here:5000/db:2" }),
      aService("d", { image: "nginx:1@sha256:ab" }),
      aService("e", { image: "agent:1", mode: "global" }),
      aService("f", { image: "" }),
    ];
    assert.deepEqual(imagesToAskFor(services), ["here:5000/db:2", "web:latest"]);
  });
});

describe("the queries for images", () => {
  it("read as a person would type them, and match nothing but what is asked for", () => {
    assert.deepEqual(queriesForImages(["here:5000/a.b:1", "web:1"]), [
      String.raw`ballast_node_image_bytes{image=~"here:5000/a\\.b:1|web:1"}`,
    ]);
    assert.equal(
      WHOLE_LISTS,
      'node_scrape_collector_success{collector="images"} == 1 ' +
        "unless on (instance) count by (instance) (ballast_node_image_bytes) >= 1000",
    );
  });

  it("bear whatever a spec may hold", () => {
    assert.deepEqual(queriesForImages(['a"b\\c|d']), [
      String.raw`ballast_node_image_bytes{image=~"a\"b\\\\c\\|d"}`,
    ]);
  });

  it("ask for 100 at a time", () => {
    const many = Array.from({ length: 201 }, (_, index) => `web:${index}`);
    assert.equal(queriesForImages(many).length, 3);
    assert.equal(queriesForImages([]).length, 0);
  });
});

describe("a reading of images", () => {
  it("knows a node whose list is whole, and no other", async () => {
    answers(() => vector({ instance: "a:1", image: "web:1" }, { instance: "b:1", image: "web:1" }));
    assert.deepEqual(await reader.readImages(["db:1", "web:1"], NOW), { n1: ["web:1"] });
    const asked = fakePrometheus.seen.map(({ body }) => new URLSearchParams(body).get("time"));
    assert.deepEqual([...new Set(asked)], [`${NOW / 1000}.000`]);
  });

  it("knows that none of them is there", async () => {
    answers(() => vector());
    assert.deepEqual(await reader.readImages(["web:1"], NOW), { n1: [] });
  });

  it("asks nothing when there is nothing to ask for", async () => {
    const before = fakePrometheus.seen.length;
    assert.deepEqual(await reader.readImages([], NOW), {});
    assert.equal(fakePrometheus.seen.length, before);
  });

  it("knows nothing when an answer does not come: no doubt, and no error", async () => {
    answers(() => "never");
    assert.deepEqual(await reader.readImages(["web:1"], NOW), {});
  });

  it("counts the newer of two agents of a node", () => {
    const agent = (instance: string, value: number) => ({ labels: { instance, node_id: "n1" }, value });
    const list = (instance: string) => ({ labels: { instance }, value: 1 });
    const found = (instance: string, image: string) => ({ labels: { instance, image }, value: 1 });
    assert.deepEqual(
      imagesFrom(
        [agent("old:1", 1), agent("new:1", 2)],
        [list("old:1"), list("new:1")],
        [found("old:1", "gone:1"), found("new:1", "web:1")],
      ),
      { n1: ["web:1"] },
    );
    assert.deepEqual(imagesFrom([agent("old:1", 1), agent("new:1", 2)], [list("old:1")], []), {});
  });
});
