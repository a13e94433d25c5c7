import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compare, hashSync } from "bcryptjs";
import { readBasic } from "../../../../../common/http/web/basic.ts";
import { createCredentialCheck, type Compare } from "../../../../../common/http/web/credentials.ts";

/** A hash that says itself what it is of, and a comparison that counts. */
function counting(): { readonly compare: Compare; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    compare: (password, hash) => {
      asked.push(`${password} with ${hash}`);
      return Promise.resolve(hash === `hash of ${password}`);
    },
  };
}

const USERS = new Map([
  ["ann", "hash of a"],
  ["bob", "hash of b"],
]);

describe("credentials", () => {
  it("are right with the password of their user, and with no other", async () => {
    const check = createCredentialCheck(counting().compare);
    assert.equal(await check(USERS, { user: "ann", password: "a" }), true);
    assert.equal(await check(USERS, { user: "ann", password: "b" }), false);
    assert.equal(await check(USERS, { user: "bob", password: "b" }), true);
    assert.equal(await check(USERS, { user: "", password: "" }), false);
  });

  it("are compared with bcrypt, of the kinds 2a, 2b and 2y", async () => {
    const hash = hashSync("s3cret", 4);
    const kinds = ["2a", "2b", "2y"].map((kind): [string, string] => [
      kind,
      hash.replace(/^\$2./, `$${kind}`),
    ]);
    const check = createCredentialCheck(compare);
    for (const [user] of kinds) {
      assert.equal(await check(new Map(kinds), { user, password: "s3cret" }), true, user);
      assert.equal(await check(new Map(kinds), { user, password: "S3cret" }), false, user);
    }
  });

  it("are compared once, whether right or wrong", async () => {
    const { compare, asked } = counting();
    const check = createCredentialCheck(compare);
    for (let times = 0; times < 3; times += 1) {
      assert.equal(await check(USERS, { user: "ann", password: "a" }), true);
      assert.equal(await check(USERS, { user: "ann", password: "x" }), false);
    }
    assert.deepEqual(asked, ["a with hash of a", "x with hash of a"]);
  });

  it("are compared once also when they come many at a time", async () => {
    const { compare, asked } = counting();
    const check = createCredentialCheck(compare);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => check(USERS, { user: "ann", password: "a" })),
    );
    assert.ok(answers.every(Boolean));
    assert.equal(asked.length, 1);
  });

  it("of who does not exist cost the same comparison, and are wrong even with a password of another", async () => {
    const { compare, asked } = counting();
    const check = createCredentialCheck(compare);
    assert.equal(await check(USERS, { user: "eve", password: "a" }), false);
    assert.deepEqual(asked, ["a with hash of a"]);
  });

  it("are wrong once their user is gone, even when another has the same hash", async () => {
    const check = createCredentialCheck(counting().compare);
    const twins = new Map([
      ["ann", "hash of a"],
      ["bob", "hash of a"],
    ]);
    assert.equal(await check(twins, { user: "bob", password: "a" }), true);
    twins.delete("bob");
    assert.equal(await check(twins, { user: "bob", password: "a" }), false);
  });

  it("are compared anew after a change of the hash", async () => {
    const check = createCredentialCheck(counting().compare);
    assert.equal(await check(USERS, { user: "ann", password: "a" }), true);
    const changed = new Map([["ann", "hash of new"]]);
    assert.equal(await check(changed, { user: "ann", password: "a" }), false);
    assert.equal(await check(changed, { user: "ann", password: "new" }), true);
  });

  it("that are right stay remembered however many wrong ones come", async () => {
    const { compare, asked } = counting();
    const check = createCredentialCheck(compare);
    await check(USERS, { user: "ann", password: "a" });
    for (let guess = 0; guess < 500; guess += 1)
      await check(USERS, { user: "ann", password: `guess ${guess}` });
    assert.equal(await check(USERS, { user: "ann", password: "a" }), true);
    assert.equal(asked.filter((line) => line.startsWith("a ")).length, 1);
  });

  it("are compared one at a time, and refused unheard when too many wait", async () => {
    let running = 0;
    let most = 0;
    let compared = 0;
    const check = createCredentialCheck(async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      compared += 1;
      return false;
    });
    const guesses = Array.from({ length: 300 }, (_, guess) =>
      check(USERS, { user: "ann", password: `${guess}` }),
    );
    await Promise.all(guesses);
    assert.equal(most, 1);
    assert.ok(compared > 1 && compared < 300, `${compared}`);
  });

  it("can be checked again after a comparison that failed", async () => {
    let fails = true;
    const check = createCredentialCheck(() => {
      if (fails) return Promise.reject(new Error("broken"));
      return Promise.resolve(true);
    });
    await assert.rejects(check(USERS, { user: "ann", password: "a" }));
    fails = false;
    assert.equal(await check(USERS, { user: "ann", password: "a" }), true);
  });
});

describe("an Authorization header", () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
  const CASES: readonly (readonly [header: string | undefined, user: string | null, password: string])[] = [
    [basic("ann:pass:word"), "ann", "pass:word"],
    [basic("ünï:ç"), "ünï", "ç"],
    [basic(":"), "", ""],
    [basic("ann:").replace("Basic", "bAsIc"), "ann", ""],
    [basic("nocolon"), null, ""],
    [undefined, null, ""],
    ["", null, ""],
    ["Bearer abc", null, ""],
    ["Basic", null, ""],
    ["Basic !!!", null, ""],
    [`Basic ${"=".repeat(9)}`, null, ""],
  ];
  for (const [header, user, password] of CASES) {
    it(`${JSON.stringify(header)} is ${user === null ? "nobody's" : `of "${user}"`}`, () => {
      assert.deepEqual(readBasic(header), user === null ? null : { user, password });
    });
  }
});
