import { DemoError, Interrupted, NotLevel } from "./errors.ts";
import { follow, followUntilLevel, type Watch } from "./follow.ts";
import { startBallast } from "./simulated-server.ts";
import { joinNode, nameOf, startSwarm, statesOf, type SimulatedSwarm } from "./simulated-swarm.ts";
import { endingLines } from "./summary.ts";
import { createTeller, type Teller } from "./teller.ts";
import { createTerminal } from "./terminal.ts";
import { createWatcher } from "./watch.ts";
import { deviations, STACK, type ServiceState } from "./workload.ts";

/** An hour in two minutes: what takes minutes in a cluster takes seconds here. */
const SPEED = 30;
/** So long two nodes are alone: longer than Ballast's window. */
const ALONE_MS = 600_000;
const NODES = 4;
/** In simulated time, once level: how often a node is lost, and for how long. */
const LOSS_EVERY_MS = 30 * 60_000;
const AWAY_MS = 5 * 60_000;

/**
 * Tells the demo's story on a simulated swarm: the loop, the planner, the mover, the API and the metrics are the real ones;
 * Swarm, Prometheus and what the tasks use are not. Needs neither root nor Linux. Returns the exit code.
 */
export async function runSimulatedDemo(once: boolean): Promise<number> {
  const terminal = createTerminal(process.stdout, process.env);
  const teller = createTeller(terminal);
  const stop = endOnSignal();
  try {
    await tell(teller, once, stop);
    return 0;
  } catch (fault) {
    terminal.show([]);
    if (fault instanceof Interrupted) {
      terminal.say(`${fault.message}: the simulation is over`);
      return fault.exitCode;
    }
    terminal.say(`simulated demo failed: ${fault instanceof DemoError ? fault.message : String(fault)}`);
    return 1;
  }
}

async function tell(teller: Teller, once: boolean, signal: AbortSignal): Promise<void> {
  teller.say(
    "SIMULATED: this swarm is none. Swarm, Prometheus and the loads are in memory and made up; Ballast's loop,",
  );
  teller.say(
    `planner, mover, API and metrics are the real ones. An hour passes in ${3600 / SPEED / 60} minutes.`,
  );
  const simulated = startSwarm(Date.now() - ALONE_MS);
  simulated.clock.runUntil(Date.now());
  const owned = statesOf(simulated.swarm);
  teller.say(`demo/workload.yml runs; ${nameOf(2)} is the only worker, so Swarm started all of it there`);
  for (let number = 3; number <= NODES; number += 1) joinNode(simulated, number);
  teller.say(`${nameOf(3)} and ${nameOf(4)} join, empty: Swarm by itself moves nothing there`);
  const ballast = await startBallast(simulated, SPEED);
  try {
    const addresses = [
      `${ballast.url}/v1/plan`,
      "/v1/decisions",
      "/v1/snapshot",
      "/v1/simulation",
      "/metrics",
    ];
    teller.say(`simulated API: ${addresses.join(", ")}`);
    teller.say("Ballast measures first: what it does not know over its whole window is a reason to wait");
    const hold = { take: nothing, isOurs: () => Promise.resolve(true), release: () => Promise.resolve("") };
    const watch: Watch = { watcher: createWatcher(ballast.url, STACK), teller, hold, signal };
    await watchItLevel(watch, once);
    await tellEnding(watch, simulated, owned, once);
    if (once) return;
    teller.lines(["", "SIMULATED, and it goes on: a node is lost every now and then. Ctrl-C ends it.", ""]);
    loseNodes(simulated, teller);
    await follow(watch, () => false);
  } finally {
    await ballast.stop();
  }
}

async function watchItLevel(watch: Watch, once: boolean): Promise<void> {
  try {
    await followUntilLevel(watch, NODES);
    watch.teller.show([]);
    watch.teller.say("the simulated swarm is level");
  } catch (fault) {
    if (once || !(fault instanceof NotLevel)) throw fault;
    watch.teller.show([]);
    watch.teller.say(fault.message);
  }
}

async function tellEnding(
  { watcher, teller }: Watch,
  { swarm }: SimulatedSwarm,
  owned: readonly ServiceState[],
  once: boolean,
): Promise<void> {
  const { finished } = await watcher.look();
  const services = statesOf(swarm);
  const ending = { before: watcher.before(), after: watcher.now(), moves: finished, services };
  teller.lines(["", "SIMULATED:", ...endingLines(ending, teller.marks, teller.paint)]);
  const wrong = deviations(owned, services).map((line) => `not as its owner wrote it: ${line}`);
  if (wrong.length > 0 && once) throw new DemoError(wrong.join("\n"));
  teller.lines(wrong);
}

/** So that there is something to see: Swarm restarts elsewhere what a node loses, and its return leaves it empty. */
function loseNodes({ swarm, clock }: SimulatedSwarm, teller: Teller): void {
  const workers = [...swarm.store.nodes.values()].filter(({ facts }) => facts.role === "worker");
  const lose = (turn: number): void => {
    const node = workers[turn % workers.length];
    if (node === undefined) return;
    teller.say(
      `simulated: ${node.facts.hostname} loses its power, and returns in ${AWAY_MS / 60_000} minutes of its time`,
    );
    swarm.lose(node.id);
    clock.after(AWAY_MS, () => {
      swarm.revive(node.id);
    });
    clock.after(LOSS_EVERY_MS, () => {
      lose(turn + 1);
    });
  };
  clock.after(LOSS_EVERY_MS, () => {
    lose(0);
  });
}

function endOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => {
      stop.abort(new Interrupted(name));
    });
  return stop.signal;
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
