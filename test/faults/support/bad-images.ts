import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LabNode } from "../../../lab/lab.ts";
import { netnsPath } from "../../../lab/node/namespaces.ts";
import { docker } from "../../e2e/support/container.ts";
import type { TestLab } from "../../e2e/support/lab.ts";
import type { Ending } from "../../e2e/support/scheduler.ts";

const REGISTRY = join(import.meta.dirname, "registry.ts");

/**
 * Gives an image of one node the name and digest of a registry that was asked for it once, and is gone. Returns its
 * reference; that name of it goes when the context ends.
 */
export async function loseRegistryOf(
  context: Ending,
  { lab, nodeNamed }: TestLab,
  hostname: string,
  image: string,
): Promise<string> {
  const node = nodeNamed(hostname);
  // In the node's own network: a daemon trusts a registry without a certificate on its own loopback only.
  const registry = spawn("nsenter", [`--net=${netnsPath(lab.name, hostname)}`, process.execPath, REGISTRY], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      createInterface(registry.stdout).once("line", resolve);
      registry.once("error", reject);
      registry.once("exit", (code) => {
        reject(new Error(`the registry ended with code ${code ?? "none"}`));
      });
    });
    const tag = `127.0.0.1:${port}/lost:1`;
    await docker(node, "tag", image, tag);
    context.after(() => forget(node, tag));
    await docker(node, "push", tag);
    const format = "--format={{range .RepoDigests}}{{println .}}{{end}}";
    const digests = (await docker(node, "image", "inspect", format, tag)).split("\n");
    const digest = digests.find((each) => each.startsWith(`127.0.0.1:${port}/`))?.split("@")[1];
    if (digest === undefined) throw new Error(`${tag} has no digest: ${digests.join(", ")}`);
    return `${tag}@${digest}`;
  } finally {
    registry.kill();
  }
}

/** Gives an image another name on one node, and on every other node that name to one whose program fails. */
export async function breakElsewhere(
  context: Ending,
  { lab }: TestLab,
  hostname: string,
  image: string,
): Promise<string> {
  const tag = "broken-elsewhere:1";
  for (const node of lab.nodes) {
    context.after(() => forget(node, tag));
    if (node.name === hostname) await docker(node, "tag", image, tag);
    else await commitBroken(node, image, tag);
  }
  return tag;
}

async function commitBroken(node: LabNode, image: string, tag: string): Promise<void> {
  const id = (await docker(node, "create", image)).trim();
  // It starts, and only then fails.
  const change = `CMD ["sh", "-c", "sleep 1; echo broken; exit 7"]`;
  await docker(node, "commit", `--change=${change}`, id, tag);
  await docker(node, "rm", id);
}

async function forget(node: LabNode, tag: string): Promise<void> {
  await docker(node, "image", "rm", "--force", tag);
}
