import type { Witness } from "../sources/docker/witness.ts";
import { createCounters } from "./counters.ts";
import { createLedger } from "./ledger.ts";

/** The counters of services, kept by what Docker tells. */
export interface Services extends Witness {
  /** In Prometheus' text format. */
  readonly text: () => Promise<string>;
}

export function createServices(): Services {
  const counters = createCounters();
  const ledger = createLedger(counters.count);
  let gap = false;
  return {
    get heardAt() {
      return ledger.heardAt;
    },
    hear(event) {
      ledger.hear(event);
    },
    expectRepeats() {
      ledger.expectRepeats();
    },
    async compare(list, look) {
      await ledger.compare(list, look);
      if (gap) counters.countResync();
      gap = false;
    },
    noteGap() {
      gap = true;
      counters.countGap();
    },
    text: counters.text,
  };
}
