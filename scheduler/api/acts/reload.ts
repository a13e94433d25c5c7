import * as z from "zod";
import type { Fault } from "../../../common/config/fault.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, refused, type Endpoint } from "../http/endpoint.ts";
import { ACT_QUERY, REASON } from "../schemas/parameters.ts";

/** What reading the configuration anew would come to. */
type ConfigCheck =
  | {
      readonly ok: true;
      /** Names of the settings that differ; no values. */ readonly changed: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Has the scheduler take up a changed configuration. */
export interface Reloader {
  check(): ConfigCheck;
  /** Reads it, and goes on by it if it is good and differs; otherwise has the scheduler look. */
  reload(): void;
}

/** Where the configuration is what it is, as in a simulation. */
export const UNCHANGING: Reloader = { check: () => ({ ok: true, changed: [] }), reload: () => undefined };

const RELOADED = z
  .strictObject({
    dryRun: z.boolean(),
    changed: z.array(z.string()).describe("names of the settings that differ from those in force"),
  })
  .meta({ id: "Reloaded" });

/** Has the scheduler read its configuration anew: file, and secrets in files. */
export function reloadEndpoint({ reloader }: { readonly reloader: Reloader }): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/reload",
    id: "reload",
    summary: "Read the configuration anew, and go on by it when the round under way is over",
    role: "admin",
    query: ACT_QUERY,
    body: z.strictObject(REASON),
    answers: answers({
      200: document("what would change, or that nothing has", RELOADED),
      202: document("what changes", RELOADED),
      409: problem("the configuration is bad; the one in force stays"),
    }),
    handle({ query: { dryRun } }) {
      const result = reloader.check();
      if (!result.ok) return refused(badConfiguration(result.faults));
      const { changed } = result;
      if (dryRun || changed.length === 0) return json({ dryRun, changed });
      reloader.reload();
      return json({ dryRun, changed }, 202);
    },
  });
}

function badConfiguration(faults: readonly Fault[]) {
  const errors = faults.map(({ place, problem: detail }) => ({ place, detail }));
  const detail = errors.map((each) => `${each.place}: ${each.detail}`).join("; ");
  return { status: 409, title: "The configuration is bad", detail, errors };
}
