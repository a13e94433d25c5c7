import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../lab/errors.ts";
import { DemoError, NotLevel } from "./errors.ts";
import type { Hold } from "./hold.ts";
import { isLevel, whyNotLevel } from "./level.ts";
import { changes, picture } from "./screen/lines.ts";
import { orStop } from "./signals.ts";
import type { Teller } from "./teller.ts";
import type { View } from "./view.ts";
import type { Watcher } from "./watch.ts";

export interface Watch {
  readonly watcher: Watcher;
  readonly teller: Teller;
  readonly hold: Hold;
  readonly signal: AbortSignal;
}

const EVERY_MS = 2000;
/** From the moment that all nodes are there. Level takes about a minute on a quiet machine. */
const LEVEL_TIMEOUT_MS = 8 * 60_000;
/** A scheduler that answers nothing for this long is gone. */
const SILENCE_MS = 60_000;

/** Follows Ballast until the swarm is level after at least one move; fails with the reason when that takes too long. */
export async function followUntilLevel(watch: Watch, nodes: number): Promise<void> {
  const deadlineMs = Date.now() + LEVEL_TIMEOUT_MS;
  let hottest = 0;
  await follow(watch, (view) => {
    hottest = Math.max(hottest, ...view.nodes.map(({ cpu }) => cpu ?? 0));
    if (isLevel(view, nodes)) return true;
    if (Date.now() < deadlineMs) return false;
    const machine = { cores: availableParallelism(), load: loadavg()[0] ?? 0 };
    const why = whyNotLevel(view, hottest, watch.teller.marks.cpu.high, machine);
    throw new NotLevel(`not level after ${LEVEL_TIMEOUT_MS / 60_000} minutes: ${why}`);
  });
}

/** Shows what happens, look by look, until the view is the one that is waited for. */
export async function follow(watch: Watch, until: (view: View) => boolean): Promise<void> {
  const begun = new Map<string, number>();
  let answeredMs = Date.now();
  for (;;) {
    if (!(await watch.hold.isOurs())) throw new DemoError("its lab was ended or taken over by somebody else");
    const before = watch.watcher.last();
    const seen = await look(watch);
    if (seen.ok) {
      answeredMs = Date.now();
      tell(watch.teller, before, seen.view, begun);
      if (until(seen.view)) return;
    } else if (Date.now() - answeredMs > SILENCE_MS) {
      throw new DemoError(`the scheduler's API has not answered for ${SILENCE_MS / 1000} s: ${seen.fault}`);
    }
    await orStop(watch.signal, sleep(EVERY_MS));
  }
}

type Look = { readonly ok: true; readonly view: View } | { readonly ok: false; readonly fault: string };

async function look({ watcher, signal }: Watch): Promise<Look> {
  try {
    return { ok: true, view: await orStop(signal, watcher.look()) };
  } catch (fault) {
    signal.throwIfAborted();
    return { ok: false, fault: messageOf(fault) };
  }
}

function tell(teller: Teller, before: View | null, view: View, begun: Map<string, number>): void {
  const nowMs = Date.now();
  for (const { moveId } of view.underWay) if (!begun.has(moveId)) begun.set(moveId, nowMs);
  for (const line of changes(before, view, teller.paint)) teller.say(line);
  teller.show(
    picture(view, teller.marks, teller.paint, (moveId) => (nowMs - (begun.get(moveId) ?? nowMs)) / 1000),
  );
}
