import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { aptSources, debianMirror } from "./apt.ts";
import { CACHE_DIR } from "../cache.ts";
import { LabError, messageOf } from "../errors.ts";
import { withLock } from "../lock.ts";
import type { Report } from "../report.ts";
import { run } from "../run.ts";

const ENGINES = join(CACHE_DIR, "engines");
const PACKAGES = ["docker.io", "iptables", "iproute2"];
// Up to bookworm, docker.io brings the client itself and there is no package of this name.
const CLIENT_INSIDE = ["buster", "bullseye", "bookworm"];

/** A Debian root with a suite's engine in it: the one that is there, or a new one. Many labs share it and none changes it. */
export async function buildSuite(suite: string, report: Report): Promise<string> {
  const root = join(ENGINES, suite);
  if (existsSync(root)) return root;
  await mkdir(ENGINES, { recursive: true });
  await withLock(`${root}.lock`, async () => {
    if (existsSync(root)) return;
    report(`fetching the engine of Debian ${suite} (once, about a minute)`);
    await debootstrap(suite, root);
  });
  return root;
}

async function debootstrap(suite: string, root: string): Promise<void> {
  const unfinished = `${root}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const packages = CLIENT_INSIDE.includes(suite) ? PACKAGES : [...PACKAGES, "docker-cli"];
  const mirror = await machineMirror();
  try {
    // In namespaces of its own: what it mounts and starts goes with it, also when we are killed.
    await run([
      ...[
        "setpriv",
        "--pdeathsig",
        "KILL",
        "unshare",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount",
        "--mount-proc",
      ],
      ...["debootstrap", "--variant=minbase", `--include=${packages.join(",")}`, suite, unfinished, mirror],
    ]);
  } catch (fault) {
    await rm(unfinished, { recursive: true, force: true });
    throw new LabError(
      `could not fetch the engine of Debian ${suite} from ${mirror}\n${messageOf(fault)}\n` +
        `Is "${suite}" a suite of that mirror? Without it: --engine system`,
      { cause: fault },
    );
  }
  await rm(join(unfinished, "var/cache/apt"), { recursive: true, force: true });
  await rename(unfinished, root);
}

/** The mirror that this machine itself installs from. */
async function machineMirror(): Promise<string> {
  const release = await readFile("/etc/os-release", "utf8");
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1] ?? "";
  const mirror = debianMirror(await aptSources("/etc/apt"), codename);
  if (mirror !== undefined) return mirror;
  throw new LabError(
    `found no mirror for "${codename} main" in /etc/apt/sources.list and /etc/apt/sources.list.d, and so none to fetch ` +
      "an engine from. Use --engine system",
  );
}
