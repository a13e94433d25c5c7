import { chmod, copyFile, cp, mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { existsSync, globSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../run.ts";

/** File trees for images, made of what is on this machine: there is no registry to pull from. */

export const CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
const PASSWD = `root:x:0:0:root:/root:/bin/sh
node:x:1000:1000:node:/home/node:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
nonroot:x:65532:65532:nonroot:/home/node:/bin/sh
`;
const GROUP = "root:x:0:\nnode:x:1000:\nnobody:x:65534:\nnonroot:x:65532:\n";

/** A root of one static binary with its links, users, and the authorities that this machine trusts. */
export async function busyboxRoot(root: string): Promise<void> {
  for (const folder of ["etc/ssl/certs", "tmp", "root", "home/node", "proc", "sys", "dev", "run"])
    await mkdir(join(root, folder), { recursive: true });
  await chmod(join(root, "tmp"), 0o1777);
  const busybox = await run(["sh", "-c", "command -v busybox"]);
  await copyInto(root, busybox.trim(), "/bin/busybox");
  const applets = (await run(["busybox", "--list-full"])).split("\n").filter(Boolean);
  for (const applet of applets) await linkApplet(root, applet);
  await writeFile(join(root, "etc/passwd"), PASSWD);
  await writeFile(join(root, "etc/group"), GROUP);
  await writeFile(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
  if (existsSync(CA_BUNDLE)) await copyInto(root, CA_BUNDLE, CA_BUNDLE);
}

/** The Node that runs this, its libraries, and the machine's npm. */
export async function nodeRoot(root: string): Promise<void> {
  await programWithLibraries(root, process.execPath, "/usr/local/bin/node");
  // Older C libraries load these by name when they resolve hosts.
  for (const library of globSync("/lib/*/lib{nss_dns,nss_files,resolv}.so.2"))
    await copyInto(root, library, library);
  const npm = join((await run(["npm", "root", "-g"])).trim(), "npm");
  await cp(await realpath(npm), join(root, "usr/local/lib/node_modules/npm"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const name of ["npm", "npx"])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, "usr/local/bin", name));
}

/** A program under the given path, with the libraries it is linked against where its loader looks for them. */
export async function programWithLibraries(root: string, program: string, path: string): Promise<void> {
  const file = await realpath(program);
  await copyInto(root, file, path);
  for (const library of parseLdd(await run(["ldd", file]))) await copyInto(root, library, library);
}

/** The paths in what ldd prints. */
export function parseLdd(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => /(?:=> |^\s+)(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

async function copyInto(root: string, file: string, path: string): Promise<void> {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(await realpath(file), target);
}

async function linkApplet(root: string, applet: string): Promise<void> {
  const path = join(root, applet);
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  await symlink("/bin/busybox", path);
}
