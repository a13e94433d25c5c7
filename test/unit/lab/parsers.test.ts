import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cgroupMounts } from "../../../lab/cgroups.ts";
import { debianMirror, parseDeb822, parseOneLine } from "../../../lab/engine/apt.ts";
import { allowList } from "../../../lab/images/inputs.ts";
import { parseLdd } from "../../../lab/images/roots.ts";
import { isNamespaceInit, parseNsPid, parseStat } from "../../../lab/node/processes.ts";

describe("what the lab reads of /proc", () => {
  it("takes a process's state and parent past any name", () => {
    assert.deepEqual(parseStat("42 (a) R 1) T 7 42 42 0"), {
      pid: 42,
      command: "a) R 1",
      state: "T",
      parent: 7,
    });
    assert.equal(parseStat(""), undefined);
  });

  it("knows a node's init from its containers and from the machine's own processes", () => {
    assert(isNamespaceInit(parseNsPid("Name:\tsh\nNSpid:\t4021\t1\n")));
    assert(!isNamespaceInit(parseNsPid("NSpid:\t4021\n")));
    assert(!isNamespaceInit(parseNsPid("NSpid:\t4021\t55\t1\n")));
    assert(!isNamespaceInit(parseNsPid("")));
  });

  it("finds cgroup hierarchies of both versions", () => {
    const mountinfo = `30 25 0:26 / /sys/fs/cgroup rw shared:9 - tmpfs tmpfs rw
31 30 0:27 / /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory
32 30 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
`;
    assert.deepEqual(cgroupMounts(mountinfo), ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified"]);
  });
});

describe("apt's configuration", () => {
  const list = `# deb http://off.example/debian bookworm main
deb-src http://src.example/debian bookworm main
deb https://other.example/apt cloud-bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://one.example/debian bookworm main contrib # ours
`;
  const deb822 = `Types: deb deb-src
# a comment inside
URIs: http://two.example/debian
Suites: bookworm
 bookworm-updates
Components: main

Enabled: no
Types: deb
URIs: http://disabled.example/debian
Suites: bookworm
Components: main
`;

  it("gives the machine's own mirror from either format", () => {
    assert.equal(debianMirror(parseOneLine(list), "bookworm"), "http://one.example/debian");
    assert.equal(debianMirror(parseDeb822(deb822), "bookworm"), "http://two.example/debian");
  });

  it("leaves out what is switched off", () => {
    assert.equal(parseDeb822(deb822).length, 1);
    assert.equal(debianMirror(parseOneLine("deb http://x.example/a trixie main"), "bookworm"), undefined);
  });
});

describe("what images are made of", () => {
  it("reads the libraries that ldd names", () => {
    const text = `\tlinux-vdso.so.1 (0x00007f)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f2f)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f3f)
`;
    assert.deepEqual(parseLdd(text), ["/lib/x86_64-linux-gnu/libm.so.6", "/lib64/ld-linux-x86-64.so.2"]);
    assert.deepEqual(parseLdd("\tnot a dynamic executable\n"), []);
  });

  it("understands a .dockerignore that lets in by name, and says so of another", () => {
    assert.deepEqual(allowList("# all\n*\n!package.json\n!agent\n"), ["package.json", "agent"]);
    assert.equal(allowList("node_modules\n"), undefined);
  });
});
