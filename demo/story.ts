import { deployBallast, type BallastAddresses } from "../lab/ballast/deploy.ts";
import { addNode, buildImages, up, type ImageSet, type Lab } from "../lab/lab.ts";
import { DemoError, NotLevel } from "./errors.ts";
import { follow, followUntilLevel, type Watch } from "./follow.ts";
import type { Hold } from "./hold.ts";
import type { DemoOptions } from "./options.ts";
import { orStop, settled } from "./signals.ts";
import { addressLines, endingLines, stayingLines } from "./summary.ts";
import { createTeller, type Teller } from "./teller.ts";
import type { Terminal } from "./terminal.ts";
import { createWatcher } from "./watch.ts";
import {
  deployWorkload,
  deviations,
  readServices,
  STACK,
  workloadRuns,
  type ServiceState,
} from "./workload.ts";

export interface StoryParts {
  readonly options: DemoOptions;
  readonly terminal: Terminal;
  readonly hold: Hold;
  /** Aborts with an `Interrupted` when somebody ends the demo. */
  readonly signal: AbortSignal;
}

/** What every step of the story works with. */
interface Step extends Omit<StoryParts, "terminal"> {
  readonly teller: Teller;
}

/** Four nodes share this machine, so each is said to have a part of it: two real cores are enough for all. */
const NODE = { nodeCpuCores: 0.5, nodeMemoryBytes: 2 ** 30 };
const JOINING = 2;
/** How long what starts things may take to come to rest once it is cut short. */
const IMAGES_GRACE_MS = 15_000;
const NODES_GRACE_MS = 90_000;

/** Tells the whole story; fails with the reason when it cannot be told to its end. */
export async function tellStory(parts: StoryParts): Promise<void> {
  const step: Step = { ...parts, teller: createTeller(parts.terminal) };
  const { teller, hold, signal, options } = step;
  const images = await makeImages(step);
  const first = await startNodes(step, images);
  const addresses = await startBallast(step, first);
  const owned = await startWorkload(step, first);
  const lab = await joinNodes(step, first, images);
  const watch: Watch = { watcher: createWatcher(addresses.scheduler, STACK), teller, hold, signal };
  await watchItLevel(step, watch, lab.nodes.length);
  await tellEnding(step, watch, { lab, owned });
  teller.lines(["", ...addressLines(addresses)]);
  if (options.once) return;
  teller.lines(stayingLines(lab.name));
  await follow(watch, () => false);
}

async function makeImages({ teller, signal }: Step): Promise<ImageSet> {
  teller.say("the images come first: made of this machine and this checkout, then kept for the next time");
  return teller.during("making the images", settled(signal, buildImages(teller.detail), IMAGES_GRACE_MS));
}

async function startNodes({ teller, signal, hold, options }: Step, images: ImageSet): Promise<Lab> {
  const work = up(options.lab, teller.detail, images);
  const lab = await teller.during("starting the swarm", settled(signal, work, NODES_GRACE_MS));
  await hold.take();
  teller.say("a swarm of two nodes is up: node1 manages it, node2 works");
  return lab;
}

async function startBallast({ teller, signal }: Step, lab: Lab): Promise<BallastAddresses> {
  const work = deployBallast(lab, { mode: "act", ...NODE }, teller.detail);
  const addresses = await teller.during("waiting for its parts to be ready", orStop(signal, work));
  teller.say("Ballast is up: an agent on every node; scheduler, Prometheus and Alertmanager on node1");
  teller.lines(addressLines(addresses));
  return addresses;
}

async function startWorkload({ teller, signal }: Step, lab: Lab): Promise<readonly ServiceState[]> {
  await orStop(signal, deployWorkload(lab));
  const services = await teller.during("waiting for the workload to run", orStop(signal, workloadRuns(lab)));
  const names = services.map(({ name, replicas }) => (replicas === 1 ? name : `${name} x${replicas}`));
  teller.say(`demo/workload.yml is deployed: ${names.join(", ")}`);
  teller.say(
    `node2 is the only worker, so Swarm starts all of it there (a node has ${NODE.nodeCpuCores} cores)`,
  );
  return services;
}

async function joinNodes({ teller, signal }: Step, lab: Lab, images: ImageSet): Promise<Lab> {
  let grown = lab;
  for (let left = JOINING; left > 0; left -= 1) {
    const work = addNode(grown, teller.detail, images);
    grown = await teller.during("starting a further node", settled(signal, work, NODES_GRACE_MS));
  }
  teller.say("node3 and node4 are empty, as after an outage; Swarm by itself moves nothing there");
  teller.say("Ballast measures first: what it does not know over its whole window is a reason to wait");
  return grown;
}

async function watchItLevel({ teller, options }: Step, watch: Watch, nodes: number): Promise<void> {
  try {
    await followUntilLevel(watch, nodes);
    teller.show([]);
    teller.say("the swarm is level");
  } catch (fault) {
    // Who can look for themselves is left the swarm to look at.
    if (options.once || !(fault instanceof NotLevel)) throw fault;
    teller.show([]);
    teller.say(fault.message);
  }
}

async function tellEnding(
  { teller, signal, options: { once } }: Step,
  { watcher }: Watch,
  { lab, owned }: { readonly lab: Lab; readonly owned: readonly ServiceState[] },
): Promise<void> {
  const [{ finished }, services] = await orStop(signal, Promise.all([watcher.look(), readServices(lab)]));
  const ending = { before: watcher.before(), after: watcher.now(), moves: finished, services };
  teller.lines(endingLines(ending, teller.marks, teller.paint));
  const wrong = deviations(owned, services).map((line) => `not as its owner wrote it: ${line}`);
  if (wrong.length > 0 && once) throw new DemoError(wrong.join("\n"));
  teller.lines(wrong);
}
