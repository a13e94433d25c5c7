import { mkdir } from "node:fs/promises";
import { down } from "./down.ts";
import { prepareEngine, type Engine } from "./engine/engine.ts";
import { LabError } from "./errors.ts";
import type { ImageSet } from "./images/set.ts";
import { plantSeed } from "./images/seed.ts";
import { gatewayAddress, nodeDir, nodeOf, type Lab, type LabNode } from "./names.ts";
import { createNet, createNodeNet } from "./net/links.ts";
import { dataRoot, startDaemon } from "./node/daemon.ts";
import { startInit } from "./node/namespaces.ts";
import { assertOptions, labOptions, type LabOptions } from "./options.ts";
import { silent, type Report } from "./report.ts";
import { assertMachine } from "./requirements.ts";
import { claimDir, writeState } from "./state.ts";
import { answeringManager, initSwarm, joinSwarm, waitForNode } from "./swarm.ts";

/**
 * Starts a lab: every node's daemon up and joined to one swarm, with the images on every node when they are given. A lab
 * of that name that exists already is ended first.
 */
export async function up(
  given: Partial<LabOptions> = {},
  report: Report = silent,
  images?: ImageSet,
): Promise<Lab> {
  const options = labOptions(given);
  assertOptions(options);
  assertMachine(options.engine);
  const engine = await prepareEngine(options.engine, report);
  await down(options, report);
  await claimDir(options.dir);
  const lab = planLab(options);
  // Before anything starts, so that the folder is known as a lab's whatever happens next.
  await writeState(lab);
  try {
    await start(lab, { engine, images }, report);
  } catch (fault) {
    await down(options);
    throw fault;
  }
  return lab;
}

/** Starts one further node of a running lab and lets it join, empty. */
export async function addNode(lab: Lab, report: Report = silent, images?: ImageSet): Promise<Lab> {
  const node = nodeOf(lab, lab.nodes.length + 1, false);
  const grown: Lab = { ...lab, nodes: [...lab.nodes, node] };
  await writeState(grown);
  await startNode(grown, node, { engine: await prepareEngine(lab.engine, report), images });
  await joinSwarm(await answeringManager(lab), node);
  await ready(grown, node);
  report(`${node.name} (${node.address}) joined`);
  return grown;
}

/** What a node is made of. */
interface Stock {
  readonly engine: Engine;
  readonly images: ImageSet | undefined;
}

function planLab(options: LabOptions): Lab {
  const { name, dir, subnet, engine } = options;
  const nodes = Array.from({ length: options.nodes }, (_, i) => nodeOf(options, i + 1, i < options.managers));
  return { name, dir, subnet, engine, gateway: gatewayAddress(subnet), nodes };
}

async function start(lab: Lab, stock: Stock, report: Report): Promise<void> {
  const [first, ...others] = lab.nodes;
  if (first === undefined) throw new LabError("a lab needs a node");
  await createNet(lab);
  report(`starting ${lab.nodes.length} nodes on ${lab.subnet}, engine ${lab.engine}`);
  // All settle before a failure is passed on: nothing may still start while `down` cleans up.
  await allSettled(lab.nodes.map((node) => startNode(lab, node, stock)));
  await initSwarm(first);
  // Managers one by one: two that join at once may each cost the other its quorum.
  for (const node of others.filter(({ manager }) => manager)) await joinSwarm(first, node);
  await allSettled(others.filter(({ manager }) => !manager).map((node) => joinSwarm(first, node)));
  await allSettled(lab.nodes.map((node) => ready(lab, node)));
  report(`lab "${lab.name}" is up: ${lab.nodes.map((node) => `${node.name} ${node.address}`).join(", ")}`);
}

async function startNode(lab: Lab, node: LabNode, { engine, images }: Stock): Promise<void> {
  const dir = nodeDir(lab, node.name);
  await mkdir(dir, { recursive: true });
  if (images !== undefined) await plantSeed(images, dataRoot(dir));
  await createNodeNet(lab.name, node);
  await startInit(lab, node.name, engine);
  await startDaemon(lab, node);
}

async function ready(lab: Lab, node: LabNode): Promise<void> {
  await waitForNode(lab, node.name, "ready", ({ state }) => state === "ready");
}

async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).filter((result) => result.status === "rejected");
  if (failed[0] !== undefined) throw failed[0].reason;
}
