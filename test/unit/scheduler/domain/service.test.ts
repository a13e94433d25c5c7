import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fullImage, hasDigest, shortImage } from "../../../../scheduler/domain/service.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;

// Each short form, as Docker lists it, with all that means the same to it.
const SAME: readonly (readonly [short: string, full: string, ...others: string[]])[] = [
  [
    "nginx:latest",
    "docker.io/library/nginx:latest",
    "nginx",
    "library/nginx",
    "docker.io/nginx",
    "index.docker.io/library/nginx:latest",
  ],
  ["nginx:1.27", "docker.io/library/nginx:1.27", "library/nginx:1.27"],
  ["team/web:latest", "docker.io/team/web:latest", "team/web", "docker.io/team/web"],
  ["library/team/web:1", "docker.io/library/team/web:1"],
  ["localhost/web:latest", "localhost/web:latest", "localhost/web"],
  ["here:5000/web:latest", "here:5000/web:latest", "here:5000/web"],
  ["here:5000/team/web:2", "here:5000/team/web:2"],
  ["images.example.com/web:2", "images.example.com/web:2"],
  ["Images/web:2", "Images/web:2"],
  [`nginx@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`, `nginx:1.27@${DIGEST}`],
  [`here:5000/web@${DIGEST}`, `here:5000/web@${DIGEST}`, `here:5000/web:2@${DIGEST}`],
];

describe("an image reference", () => {
  for (const [short, full, ...others] of SAME) {
    it(`is one however it is spelled: ${short}`, () => {
      for (const spelled of [short, full, ...others]) {
        assert.equal(fullImage(spelled), full, spelled);
        assert.equal(shortImage(spelled), short, spelled);
      }
    });
  }

  it("keeps its meaning when it is spelled in full or in short, and again", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    const registry = fc.oneof(
      fc.constantFrom("", "docker.io/", "localhost/"),
      word.map((host) => `${host}:5000/`),
      word.map((host) => `${host}.example.com/`),
    );
    const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const tag = fc.oneof(
      fc.constantFrom("", `@${DIGEST}`),
      word.map((name) => `:${name}`),
    );
    fc.assert(
      fc.property(registry, path, tag, (...parts) => {
        const full = fullImage(parts.join(""));
        assert.equal(fullImage(full), full);
        assert.equal(fullImage(shortImage(full)), full);
        assert.ok(shortImage(full).length <= full.length);
      }),
    );
  });

  it("tells whether it names the content", () => {
    assert.equal(hasDigest(`nginx:1.27@${DIGEST}`), true);
    assert.equal(hasDigest("nginx:1.27"), false);
    assert.equal(hasDigest("nginx:sha256"), false);
  });
});
