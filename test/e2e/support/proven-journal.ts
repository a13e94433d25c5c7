import { createJournal } from "../../../scheduler/journal/journal.ts";
import { SILENT } from "../../support/silent-log.ts";

/** When the moves of such a history ended, unless told otherwise: longer ago than any budget counts. */
const AGO_MS = 2 * 3_600_000;

/**
 * Writes a journal of moves that all landed, so many that a scheduler which reads it makes `atOnce` moves at once: the
 * pace rises by one when as many have landed as it allows. The oldest ended `agoMs` milliseconds ago.
 */
export function writeProvenJournal(path: string, atOnce: number, agoMs = AGO_MS): void {
  const journal = createJournal({
    path,
    retentionSeconds: 86_400,
    maxBytes: 2 ** 22,
    keep: 1,
    log: SILENT,
  });
  for (let index = 0; index < (atOnce * (atOnce - 1)) / 2; index += 1) {
    journal.moved({
      moveId: `m-earlier-${index}`,
      decisionId: null,
      at: new Date(Date.now() - agoMs + index * 1000).toISOString(),
      service: "earlier",
      serviceId: "earlier",
      fromId: "node-a",
      toId: "node-b",
      fromName: "node-a",
      toName: "node-b",
      outcome: "landed",
      detail: "an earlier move",
      seconds: 3,
      startSeconds: 1,
      collateral: 0,
      loadBefore: null,
    });
  }
  journal.close();
}
