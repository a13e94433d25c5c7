import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { hashSync } from "bcryptjs";
import { followWebConfig } from "../../../../../common/http/web/follow.ts";
import type { WebSecurity } from "../../../../../common/http/web/protection.ts";
import { openSecurity, OPEN } from "../../../../../common/http/web/security.ts";
import { SILENT } from "../../../../support/silent-log.ts";
import { keepingLog } from "../fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "ballast-follow-"));
after(() => {
  rmSync(folder, { recursive: true });
});

const USER = (password: string): string => `basic_auth_users: {ann: ${hashSync(password, 4)}}\n`;

interface Followed {
  readonly security: WebSecurity;
  readonly told: readonly string[];
  write(content: string): void;
  remove(): void;
  /** Lets seconds pass. */
  wait(seconds: number): void;
  /** Whether this is ann's password now. */
  admits(password: string): Promise<boolean>;
}

function follow(content: string): Followed {
  const file = join(mkdtempSync(join(folder, "x-")), "web.yml");
  writeFileSync(file, content);
  const { log, told } = keepingLog();
  let now = 0;
  const security = followWebConfig({ file, log, now: () => now });
  return {
    security,
    told,
    write: (later) => {
      writeFileSync(file, later);
    },
    remove: () => {
      rmSync(file);
    },
    wait: (seconds) => {
      now += seconds;
    },
    async admits(password) {
      const { admits } = security.current();
      return admits === null || admits(`Basic ${Buffer.from(`ann:${password}`).toString("base64")}`);
    },
  };
}

describe("a web configuration that changes", () => {
  it("holds as soon as it is looked at again, a second later", async () => {
    const followed = follow(USER("old"));
    assert.equal(await followed.admits("old"), true);
    followed.write(USER("new"));
    assert.equal(await followed.admits("new"), false);
    followed.wait(1);
    assert.equal(await followed.admits("new"), true);
    assert.equal(await followed.admits("old"), false);
    assert.match(followed.told.join("\n"), /^read the changed web configuration/);
  });

  it("is the same protection as long as it does not change, so that a limit counts on", () => {
    const followed = follow("rate_limit: {interval: 1h, burst: 1}\n");
    const { wait } = followed.security.current();
    assert.equal(wait(), 0);
    followed.wait(5);
    assert.equal(followed.security.current().wait(), 3595);
  });

  it("does not hold when it is bad: the last good one does, and the log tells each fault once", async () => {
    const followed = follow(USER("good"));
    followed.write("basic_auth_users: {ann: S3CRET}\nbogus: 1\n");
    for (let look = 0; look < 3; look += 1) {
      followed.wait(1);
      assert.equal(await followed.admits("good"), true);
      assert.equal(await followed.admits("S3CRET"), false);
    }
    const [line = "", ...more] = followed.told;
    assert.deepEqual(more, []);
    assert.match(line, /^the changed web configuration is bad; .*basic_auth_users\.ann.*bogus/);
    assert.doesNotMatch(line, /S3CRET/);
  });

  it("is told of again when it is bad in another way, or anew after it was good", () => {
    const good = USER("good");
    const followed = follow(good);
    for (const content of ["a: 1", "b: 1", good, "b: 1"]) {
      followed.write(content);
      followed.wait(1);
      followed.security.current();
    }
    assert.equal(followed.told.length, 3, followed.told.join("\n"));
  });

  it("does not open the door when its file is gone", async () => {
    const followed = follow(USER("good"));
    followed.remove();
    followed.wait(1);
    assert.equal(await followed.admits("anything"), false);
    assert.equal(await followed.admits("good"), true);
    assert.match(followed.told.join("\n"), /cannot be read/);
  });
});

describe("the security of a server", () => {
  it("is none without a file", async () => {
    assert.equal(await openSecurity(undefined, SILENT), OPEN);
    assert.equal(OPEN.current().admits, null);
  });

  it("does not begin with a bad file", async () => {
    await assert.rejects(openSecurity("/nowhere.yml", SILENT), { name: "ConfigError" });
  });
});
