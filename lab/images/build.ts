import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CACHE_DIR } from "../cache.ts";
import { withLock } from "../lock.ts";
import { silent, type Report } from "../report.ts";
import { run } from "../run.ts";
import { BUILDER_DATA, withBuilder, type DockerCli } from "./builder.ts";
import { contextPaths, hashInputs } from "./inputs.ts";
import { IMAGES, RECIPES, type Recipe } from "./recipes.ts";
import { makeSeed } from "./seed.ts";
import type { ImageSet } from "./set.ts";

const DIR = join(CACHE_DIR, "images");
const KEPT = 3;
const PROJECT = join(import.meta.dirname, "..", "..");
const PROXY_ARGS = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/**
 * Builds the lab's images, or finds them when they were built of the same inputs before. `project` is the folder whose
 * Dockerfile makes the Ballast image; null leaves that image out.
 */
export async function buildImages(
  report: Report = silent,
  project: string | null = PROJECT,
): Promise<ImageSet> {
  await mkdir(DIR, { recursive: true });
  const stock = await hashInputs(await stockInputs());
  const key = await hashInputs(project === null ? [] : await contextPaths(project), stock);
  const index = join(DIR, `${key}.json`);
  return withLock(join(DIR, "lock"), async () => {
    if (!existsSync(index)) await build({ index, stock, project }, report);
    // The newest by use are kept.
    await utimes(index, new Date(), new Date());
    await forgetOld();
    return JSON.parse(await readFile(index, "utf8")) as ImageSet;
  });
}

/** What the images are made of that come from this machine. */
async function stockInputs(): Promise<readonly string[]> {
  const ours = (await readdir(import.meta.dirname)).map((name) => join(import.meta.dirname, name)).sort();
  return [...ours, ...(await Promise.all(RECIPES.map((recipe) => recipe.inputs()))).flat()];
}

interface Order {
  readonly index: string;
  /** The hash of the machine's inputs. */
  readonly stock: string;
  readonly project: string | null;
}

async function build({ index, stock, project }: Order, report: Report): Promise<void> {
  const base = index.replace(/\.json$/, "");
  const set = { tar: `${base}.tar`, seed: `${base}.seed` };
  const ids = await withBuilder(BUILDER_DATA, async (docker) => {
    for (const recipe of RECIPES) await buildStock(docker, recipe, stock, report);
    if (project !== null) await buildProject(docker, project, report);
    const tags = [...RECIPES.map(({ tag }) => tag), ...(project === null ? [] : [IMAGES.ballast])];
    report("saving the images");
    await docker("save", "--output", set.tar, ...tags);
    await docker("image", "prune", "--force", "--filter", "until=48h");
    const found = await Promise.all(
      tags.map(async (tag) => [tag, await inspect(docker, tag, "{{.Id}}")] as const),
    );
    return Object.fromEntries(found);
  });
  await makeSeed(set);
  // Last and by rename: where there is an index, all that it names is whole.
  await writeFile(`${index}.new`, JSON.stringify({ ...set, ids } satisfies ImageSet));
  await rename(`${index}.new`, index);
}

const STOCK_LABEL = "ballast.lab.inputs";

/** An image that is made of what is on this machine, unless the builder has it from the last time. */
async function buildStock(
  docker: DockerCli,
  { tag, prepare }: Recipe,
  stock: string,
  report: Report,
): Promise<void> {
  const label = await inspect(docker, tag, `{{index .Config.Labels "${STOCK_LABEL}"}}`).catch(() => "");
  if (label === stock) return;
  report(`building ${tag}`);
  const context = await mkdtemp(join(tmpdir(), "ballast-image-"));
  try {
    await prepare(context);
    await docker("build", "--network", "none", "--label", `${STOCK_LABEL}=${stock}`, "--tag", tag, context);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/** The Ballast image, by the project's own Dockerfile, on the lab's stand-in for the Node image. */
async function buildProject(docker: DockerCli, project: string, report: Report): Promise<void> {
  report(`building ${IMAGES.ballast} (npm ci and a compile: up to a minute)`);
  const args = [
    `NODE_IMAGE=${IMAGES.node}`,
    ...(await registryArgs()),
    ...PROXY_ARGS.filter((name) => process.env[name]),
  ];
  await docker(
    ...["build", "--network", "host", "--tag", IMAGES.ballast],
    ...args.flatMap((arg) => ["--build-arg", arg]),
    project,
  );
}

/** The registry of this machine's npm, when it is not npm's own. */
async function registryArgs(): Promise<readonly string[]> {
  const registry = (await run(["npm", "config", "get", "registry"])).trim();
  return registry === "https://registry.npmjs.org/" ? [] : [`NPM_CONFIG_REGISTRY=${registry}`];
}

async function inspect(docker: DockerCli, tag: string, format: string): Promise<string> {
  return (await docker("image", "inspect", "--format", format, tag)).trim();
}

async function forgetOld(): Promise<void> {
  const entries = await readdir(DIR);
  const indexes = entries.filter((name) => name.endsWith(".json"));
  const aged = await Promise.all(
    indexes.map(async (name) => ({ name, used: (await stat(join(DIR, name))).mtimeMs })),
  );
  const kept = aged.sort((a, b) => b.used - a.used).slice(0, KEPT);
  const keys = new Set(["lock", ...kept.map(({ name }) => keyOf(name))]);
  // Whatever has no index to name it, too: a build that was cut off.
  for (const name of entries.filter((entry) => !keys.has(keyOf(entry))))
    await rm(join(DIR, name), { recursive: true, force: true });
}

/** The key in the name of an image set's file. */
function keyOf(name: string): string {
  return name.split(".")[0] ?? "";
}
