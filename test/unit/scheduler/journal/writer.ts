import { createJournal } from "../../../../scheduler/journal/journal.ts";
import { SILENT } from "../../../support/silent-log.ts";
import { anEntry } from "./fixture.ts";

/**
 * A scheduler as far as the journal goes: `writer.ts PATH NAME COUNT` writes decisions NAME-0, NAME-1, ... and prints the
 * id of each once it is written, then whether the file took all of them.
 */
const [path = "", name = "", count = ""] = process.argv.slice(2);
const journal = createJournal({
  path,
  retentionSeconds: 1e9,
  maxBytes: 64 * 1024 * 1024,
  keep: 200,
  log: SILENT,
});
for (let index = 0; index < Number(count); index += 1) {
  journal.write(anEntry(`${name}-${index}`, { atMs: Date.now(), padding: 2000, plan: index % 3 === 0 }));
  process.stdout.write(`${name}-${index}\n`);
}
process.stdout.write(journal.state().healthy ? "healthy\n" : `${journal.state().detail}\n`);
journal.close();
