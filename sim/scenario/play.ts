import { createSwarmGateway } from "../../scheduler/act/gateway.ts";
import { createMover } from "../../scheduler/act/mover.ts";
import { MOVER_PACE } from "../../scheduler/act/options.ts";
import { NOTHING } from "../../scheduler/domain/resources.ts";
import { createSwarmReader } from "../../scheduler/observe/swarm/reader.ts";
import type { MoveResult } from "../../scheduler/ports.ts";
import { outcomeOf, type Outcome } from "./outcome.ts";
import { specOf, type Scenario, type ServiceSketch, type Step } from "./scenario.ts";
import { isUp, look, theOne, type SeenTask } from "./seen.ts";
import type { Stage } from "./stage.ts";

/** Nothing must have changed for so long: longer than a restart's delay and an update's watch. */
const QUIET_MS = 4000;
const LONGEST_MS = 90_000;
const POLL_MS = 100;
const DEADLINE_SECONDS = 30;
const STABILITY_SECONDS = 2;
/** The label that scenarios give to nodes. */
const ZONE = "zone";
const NEVER = new AbortController().signal;

/** What a play remembers. */
interface Play {
  readonly stage: Stage;
  readonly sketches: Map<string, ServiceSketch>;
  /** Every task that was ever seen, as it was last. */
  readonly tasks: Map<string, SeenTask>;
}

/** Plays a scenario; returns what came of each step. The stage is to have no service of a scenario before. */
export async function play(stage: Stage, scenario: Scenario): Promise<readonly Outcome[]> {
  const played: Play = { stage, sketches: new Map(), tasks: new Map() };
  const outcomes: Outcome[] = [];
  for (const step of scenario.steps) {
    const sinceMs = stage.clock.now();
    const move = await carryOut(played, step);
    const seen = await untilQuiet(played);
    const events = await stage.events(sinceMs);
    outcomes.push(outcomeOf({ step, move, seen, tasks: played.tasks, events }));
  }
  return outcomes;
}

/** Takes out all that scenarios left: services, labels, drains; and waits until it is gone. */
export async function clear(stage: Stage): Promise<void> {
  const { docker } = stage;
  const { services, nodes } = await look(docker);
  for (const { ID } of services) await docker.getService(ID).remove();
  for (const { Spec, Description } of nodes)
    if (Spec.Availability !== "active" || ZONE in (Spec.Labels ?? {})) {
      const labels = Object.entries(Spec.Labels ?? {});
      const Labels = Object.fromEntries(labels.filter(([label]) => label !== ZONE));
      await writeNode(stage, Description.Hostname, { Availability: "active", Labels });
    }
  await untilQuiet({ stage, sketches: new Map(), tasks: new Map() });
}

async function carryOut(played: Play, step: Step): Promise<MoveResult | null> {
  const { stage, sketches } = played;
  const { docker, images } = stage;
  switch (step.do) {
    case "create":
      sketches.set(step.service.name, step.service);
      await docker.createService(specOf(step.service, images));
      return null;
    case "write": {
      const known = sketches.get(step.service);
      if (known === undefined) throw new Error(`the scenario has made no service ${step.service}`);
      const changed = { ...known, ...step.change };
      sketches.set(step.service, changed);
      await write(stage, step.service, specOf(changed, images), {});
      return null;
    }
    case "roll-back":
      await write(stage, step.service, null, { rollback: "previous" });
      return null;
    case "remove":
      await docker.getService(step.service).remove();
      return null;
    case "move":
      return moveTask(stage, step);
    case "lose":
      await stage.lose(step.node);
      return null;
    case "revive":
      await stage.revive(step.node);
      return null;
    case "drain":
    case "restore":
      await writeNode(stage, step.node, { Availability: step.do === "drain" ? "drain" : "active" });
      return null;
    case "label":
      await writeNode(stage, step.node, { Labels: step.labels });
      return null;
  }
}

/** Tried again where the swarm itself wrote in between. */
async function write(
  { docker, clock }: Stage,
  name: string,
  spec: Readonly<Record<string, unknown>> | null,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  await persistently(clock, async () => {
    const { services } = await look(docker);
    const service = theOne(services, `service ${name}`, ({ Spec }) => Spec.Name === name);
    const _query = { version: service.Version.Index, ...query };
    await docker.getService(service.ID).update({ _query, _body: spec ?? service.Spec });
  });
}

async function writeNode(
  { docker, clock }: Stage,
  hostname: string,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  await persistently(clock, async () => {
    const { nodes } = await look(docker);
    const node = theOne(nodes, `node ${hostname}`, ({ Description }) => Description.Hostname === hostname);
    await docker.getNode(node.ID).update({ ...node.Spec, ...change, version: node.Version.Index });
  });
}

async function persistently(clock: Stage["clock"], work: () => Promise<void>): Promise<void> {
  for (let left = 5; ; left -= 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (left === 0 || !String(error).includes("out of sequence")) throw error;
      await clock.wait(POLL_MS);
    }
  }
}

async function moveTask(
  { docker, clock }: Stage,
  { service: name, from, to }: Extract<Step, { do: "move" }>,
): Promise<MoveResult> {
  const { nodes, services, tasks } = await createSwarmReader(docker).read();
  const source = theOne(nodes, `node ${from}`, ({ hostname }) => hostname === from);
  const target = theOne(nodes, `node ${to}`, ({ hostname }) => hostname === to);
  const service = theOne(services, `service ${name}`, (each) => each.name === name);
  const task = theOne(tasks, `task of ${name} on ${from}`, ({ serviceId, nodeId, state, desired }) => {
    return serviceId === service.id && nodeId === source.id && state === "running" && desired === "running";
  });
  const mover = createMover({
    ...MOVER_PACE,
    clock,
    gateway: createSwarmGateway(docker),
    deadlineSeconds: DEADLINE_SECONDS,
    stabilitySeconds: STABILITY_SECONDS,
    onStep: () => undefined,
  });
  const move = {
    serviceId: service.id,
    service: name,
    taskId: task.id,
    slot: task.slot,
    from: source.id,
    to: target.id,
    fromName: from,
    toName: to,
    load: NOTHING,
    order: "start-first" as const,
    reason: "the scenario says so",
  };
  return mover.move(move, nodes, NEVER);
}

/** Waits until nothing of the scenario's services has changed for a while, and notes every task on the way. */
async function untilQuiet({ stage, tasks }: Play): Promise<Awaited<ReturnType<typeof look>>> {
  const { docker, clock } = stage;
  const startedMs = clock.now();
  let last = "";
  let sinceMs = startedMs;
  for (;;) {
    const seen = await look(docker);
    const own = new Set(seen.services.map(({ ID }) => ID));
    for (const task of seen.tasks) if (own.has(task.ServiceID)) tasks.set(task.ID, task);
    const mine = seen.tasks.filter(({ ID, ServiceID }) => own.has(ServiceID) || tasks.has(ID));
    const text = JSON.stringify([
      mine.map(stateOf).sort(),
      seen.services.map(({ UpdateStatus }) => UpdateStatus?.State),
    ]);
    if (text !== last) sinceMs = clock.now();
    last = text;
    // What stands still in the middle of an update is still watched by Swarm.
    const isMoving = seen.services.some(({ UpdateStatus }) => UpdateStatus?.State === "updating");
    if (!isMoving && clock.now() - sinceMs >= QUIET_MS) return seen;
    if (clock.now() - startedMs > LONGEST_MS) throw new Error(`it does not come to rest: ${text}`);
    await clock.wait(POLL_MS);
  }
}

function stateOf(task: SeenTask): string {
  return [task.ID, task.NodeID, task.DesiredState, task.Status.State, isUp(task)].join(" ");
}
