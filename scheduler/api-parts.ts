import { auditOf } from "./api/access/audit.ts";
import type { ApiParts } from "./api/routes.ts";
import type { Clock } from "./clock.ts";
import { accessOf, type SchedulerConfig } from "./config.ts";
import type { RoundParts } from "./round.ts";
import type { Thinker } from "./thinker/thinker.ts";

/** The loop, as the API knows it. */
export interface ApiLoop {
  /** Has it look, and says what for. */
  readonly look: (trigger: string) => void;
  /** Whether this scheduler is the one that acts. */
  readonly leads: () => boolean;
}

/** What the API is made of: the parts that rounds work with, and the loop. */
export function apiPartsOf(
  config: SchedulerConfig,
  parts: Omit<RoundParts, "onLook" | "thinker"> & { readonly thinker: Thinker },
  clock: Pick<Clock, "now">,
  { look, leads }: ApiLoop,
): ApiParts {
  const { observe, thinker, policy, journal, governor, orders, nodeWriter, metrics, log } = parts;
  const now = (): number => clock.now();
  return {
    access: accessOf(config),
    config,
    now,
    observe,
    explainNow: (snapshot, subject) => thinker.explain(snapshot, policy, now(), subject),
    decideNow: async () => thinker.decide((await observe()).snapshot, policy, now()),
    journal,
    standing: async () => ({
      governor: governor.state((await observe()).snapshot),
      journal: journal.state(),
    }),
    policy,
    orders,
    nodeWriter,
    onOrder: () => {
      look("order");
    },
    leads,
    onAlerts: (names) => {
      log.info({ alerts: names }, "alerts ask for a look");
      look("alert");
    },
    countHook: metrics.hooked,
    onServed: auditOf(metrics, log),
  };
}
