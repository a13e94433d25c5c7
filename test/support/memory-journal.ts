import { createJournal, type Journal } from "../../scheduler/journal/journal.ts";
import { SILENT } from "./silent-log.ts";

/** The real journal, kept in memory only. */
export function memoryJournal(keep = 200): Journal {
  return createJournal({ path: null, retentionSeconds: 86_400, maxBytes: 2 ** 20, keep, log: SILENT });
}
