import { STEER_LABEL } from "../domain/steer.ts";
import { UNREADABLE, type Mover, type MoveResult } from "../ports.ts";
import { follow } from "./follow.ts";
import { clockOf, type Ending, type MoverOptions } from "./options.ts";
import { readRecord } from "./raw.ts";
import { steer } from "./steer.ts";

/** The only writer: steers, verifies, lets go, and undoes what did not land. */
export function createMover(options: MoverOptions): Mover {
  const clock = clockOf(options);
  const secondsSince = (startedMs: number) => (clock.now() - startedMs) / 1000;
  return {
    async move(move, nodes, signal) {
      const startedMs = clock.now();
      const moveId = `m${startedMs.toString(36)}-${move.taskId.slice(0, 6)}`;
      const ending = await endingInWords(async () => {
        const steered = await steer(options, move, nodes, moveId);
        return steered.steered ? follow(options, steered, signal) : steered.ending;
      });
      const { service, serviceId, from: fromId, to: toId, fromName, toName } = move;
      const what = { moveId, service, serviceId, fromId, toId, fromName, toName };
      return { ...what, startSeconds: null, collateral: 0, ...ending, seconds: secondsSince(startedMs) };
    },
    async recover(service, nodes, signal) {
      const startedMs = clock.now();
      const record = readRecord(service.steer?.record ?? "");
      const name = (nodeId: string | undefined) =>
        nodes.find((node) => node.id === nodeId)?.hostname ?? "unknown";
      const ending: Ending =
        record === null
          ? {
              outcome: "failed",
              detail: `its label ${STEER_LABEL} is not readable; remove that label by hand`,
            }
          : await endingInWords(() => follow(options, { serviceId: service.id, record }, signal));
      return {
        moveId: record?.moveId ?? UNREADABLE,
        service: service.name,
        serviceId: service.id,
        fromId: record?.from ?? "",
        toId: record?.to ?? "",
        fromName: name(record?.from),
        toName: name(record?.to),
        startSeconds: null,
        collateral: 0,
        ...ending,
        seconds: secondsSince(startedMs),
      };
    },
  };
}

/** A call that failed outright is an ending too: what it may have left in the swarm, the next round recovers. */
async function endingInWords(work: () => Promise<Ending>): Promise<Ending> {
  try {
    return await work();
  } catch (error) {
    return { outcome: "failed", detail: String(error) } satisfies Pick<MoveResult, "outcome" | "detail">;
  }
}
