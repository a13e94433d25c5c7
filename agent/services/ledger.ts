import type { ContainerEnd, ContainerEvent, ListedContainer } from "../sources/docker/api.ts";
import type { LookCloser, Witness } from "../sources/docker/witness.ts";
import { createLives, type Life, type Lives, type Tally } from "./lives.ts";
import { createRepeats } from "./repeats.ts";

/** Follows the lives of services' containers by Docker's events, and by its list where events were missed. */
export type Ledger = Omit<Witness, "noteGap">;

// Signals that mean an end: INT, QUIT, KILL, TERM, WINCH (Apache's way to stop), RTMIN+3 (systemd's).
const STOPPING = new Set(["2", "3", "9", "15", "28", "37"]);
// What a container ends with that was stopped: of itself, by SIGKILL, by SIGTERM.
const CODES_OF_STOPS = new Set([0, 137, 143]);
// A start's event and the container's own account of it are taken a moment apart.
const SAME_START_SECONDS = 1;

export function createLedger(count: (tally: Tally) => void): Ledger {
  const lives = createLives(count);
  const repeats = createRepeats();
  let compared = false;
  return {
    get heardAt() {
      return repeats.heardAt;
    },
    hear(event) {
      if (!repeats.isNew(event)) return;
      lives.meet(event.id, event.attributes);
      take(lives, event);
    },
    expectRepeats() {
      repeats.expect();
    },
    async compare(list, look) {
      const listed = new Set(list.map(({ id }) => id));
      for (const id of lives.ids()) {
        if (listed.has(id)) continue;
        // Gone wholly: how it ended, and whether it was asked to, is not known, so it is no crash.
        lives.finish(id, null, false);
        lives.forget(id);
      }
      for (const container of list) await lookAt(lives, container, look, compared);
      compared = true;
      repeats.expectNoMore();
    },
  };
}

function take(lives: Lives, { id, action, attributes, at }: ContainerEvent): void {
  const life = lives.get(id);
  if (life === undefined) return;
  if (action === "start") lives.begin(id, at);
  else if (action === "kill" && STOPPING.has(attributes["signal"] ?? "")) lives.ask(id);
  else if (action === "oom") lives.outOfMemory(id);
  else if (action === "die") takeEnd(lives, id, life, codeOf(attributes["exitCode"]));
  else if (action === "health_status: unhealthy") lives.turnUnhealthy(id);
  else if (action === "destroy") lives.forget(id);
}

/** The end of one that was running before anybody listened is an end all the same; one that the list told is not another. */
function takeEnd(lives: Lives, id: string, { state, asked, unhealthy }: Life, code: number | null): void {
  if (state === "met") lives.begin(id, null);
  lives.finish(id, code, !asked || unhealthy);
}

async function lookAt(
  lives: Lives,
  { id, state, labels }: ListedContainer,
  look: LookCloser,
  compared: boolean,
): Promise<void> {
  const known = lives.get(id);
  if (known === undefined) lives.meet(id, labels);
  const life = lives.get(id);
  if (life === undefined) return;
  if (state === "running") lookAtRunning(lives, id, life, look.startedAt(id));
  else if (life.state === "running") await lookAtEnded(lives, id, look);
  // Those that ended before the agent's first look are none of its business.
  else if (known === undefined && compared && state === "exited") await lookAtMissed(lives, id, look);
}

function lookAtRunning(lives: Lives, id: string, life: Life, startedAt: number | null): void {
  if (life.state !== "running") {
    lives.begin(id, startedAt);
    return;
  }
  if (startedAt === null || life.startedAt === null || startedAt <= life.startedAt + SAME_START_SECONDS)
    return;
  // It ended and was started again, and nobody heard.
  lives.finish(id, null, !life.asked);
  lives.begin(id, startedAt);
}

/** A container that does not run, though it did when last heard of. */
async function lookAtEnded(lives: Lives, id: string, look: LookCloser): Promise<void> {
  const end = await look.end(id);
  const life = lives.get(id);
  // An event may have told meanwhile.
  if (life?.state !== "running") return;
  if (end?.oomKilled === true && !life.outOfMemory) lives.outOfMemory(id);
  lives.finish(id, end?.exitCode ?? null, !life.asked && wasCrash(end));
}

/** One that came and went unheard. */
async function lookAtMissed(lives: Lives, id: string, look: LookCloser): Promise<void> {
  const end = await look.end(id);
  if (typeof end?.startedAt !== "number" || lives.get(id)?.state !== "met") return;
  lives.begin(id, end.startedAt);
  if (end.oomKilled) lives.outOfMemory(id);
  lives.finish(id, end.exitCode, wasCrash(end));
}

/** Of an end whose events are lost: one that may have been asked for is not taken for a crash. */
function wasCrash(end: ContainerEnd | null): boolean {
  return end !== null && (end.oomKilled || !CODES_OF_STOPS.has(end.exitCode));
}

function codeOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
