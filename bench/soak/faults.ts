import { fault, waitFor } from "../../lab/lab.ts";
import { daemonOf, startDaemon } from "../../lab/node/daemon.ts";
import { STEER_LABEL } from "../../scheduler/domain/steer.ts";
import { readRecord } from "../../scheduler/act/raw.ts";
import { servicesOf, nodesOf } from "../../test/e2e/support/lab.ts";
import type { Lives } from "./lives.ts";
import type { Random } from "./random.ts";
import { again, pause, type Stage } from "./stage.ts";

const WORKERS = ["node2", "node3", "node4"];
const KINDS = ["kill", "hang", "partition", "restart"] as const;
/** How long a move is waited for, so that the fault befalls it. */
const MOVE_SECONDS = 30;
/** Kills end after this share of the time: a long last life shows how memory grows. */
const KILLS_SHARE = 0.4;

/** Nodes failing, one worker at a time, until the time is over; every second time where a move is under way. */
export async function failNodes(stage: Stage, random: Random): Promise<void> {
  await again(
    stage,
    "a node's fault",
    () => random.between(40, 80),
    async () => {
      const kind = random.pick(KINDS);
      const any = random.pick(WORKERS);
      const isAimed = random.chance(0.5);
      const seconds = random.between(0, 12);
      const hostname = (isAimed ? await nodeOfMove(stage, random) : null) ?? any;
      if (!stage.signal.aborted) await fail(stage, kind, hostname, seconds);
    },
  );
}

/** A node that fails is healed whatever comes; nothing waits for that when the soak is being ended. */
async function fail(
  { test: { lab, nodeNamed }, ledger, failing }: Stage,
  kind: (typeof KINDS)[number],
  hostname: string,
  seconds: number,
): Promise<void> {
  failing.add(hostname);
  ledger.done(`node ${kind}`, hostname);
  try {
    if (kind === "restart") {
      const pid = daemonOf(lab.name, hostname)?.pid;
      if (pid !== undefined) process.kill(pid, "SIGTERM");
      await waitFor(`the daemon of ${hostname} to end`, () => daemonOf(lab.name, hostname) === undefined);
      await startDaemon(lab, nodeNamed(hostname));
    } else {
      await fault(lab, kind, hostname);
      await pause(seconds, new AbortController().signal);
    }
  } finally {
    await fault(lab, "heal", hostname);
    failing.delete(hostname);
    ledger.done("node healed", hostname);
  }
}

/** The scheduler killed and started anew, in the first part of the time; every second time in the midst of a move. */
export async function killScheduler(
  stage: Stage,
  lives: Lives,
  random: Random,
  seconds: number,
): Promise<void> {
  const untilMs = Date.now() + seconds * KILLS_SHARE * 1000;
  await again(
    stage,
    "a scheduler's kill",
    () => random.between(30, 70),
    async () => {
      if (Date.now() > untilMs) return;
      const isAimed = random.chance(0.5);
      const deadSeconds = random.between(0, 8);
      const node = isAimed ? await nodeOfMove(stage, random) : null;
      if (stage.signal.aborted) return;
      stage.ledger.done(`scheduler killed${node === null ? "" : " in mid-move"}`);
      await lives.kill();
      await pause(deadSeconds, stage.signal);
      await lives.start();
    },
  );
}

/** A worker from or to which something is being moved, as soon as that is so; null when it is not for a while. */
async function nodeOfMove({ test: { docker }, signal }: Stage, random: Random): Promise<string | null> {
  const untilMs = Date.now() + MOVE_SECONDS * 1000;
  while (Date.now() < untilMs && !signal.aborted) {
    const [services, nodes] = await Promise.all([servicesOf(docker), nodesOf(docker)]);
    const ids = services.flatMap(({ Spec }) => {
      const record = readRecord(Spec.Labels?.[STEER_LABEL] ?? "");
      return record === null ? [] : [record.from, record.to];
    });
    const names = nodes
      .filter(({ ID }) => ids.includes(ID))
      .map(({ Description }) => Description.Hostname)
      .filter((name) => WORKERS.includes(name));
    if (names.length > 0) return random.pick(names);
    await pause(0.2, signal);
  }
  return null;
}
