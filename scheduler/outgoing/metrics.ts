import { Counter, Gauge, type Registry } from "prom-client";
import { PARCEL_OUTCOMES, type OutgoingMetrics } from "./destination.ts";

/** What is counted of events that are sent to others. */
export function createOutgoingMetrics(registry: Registry): OutgoingMetrics {
  const registers = [registry];
  const events = new Counter({
    name: "ballast_outgoing_events_total",
    help: "Events that were sent to others, by where and by what became of them.",
    labelNames: ["destination", "outcome"],
    registers,
  });
  const queue = new Gauge({
    name: "ballast_outgoing_queue_length",
    help: "Events that wait to be sent, by where.",
    labelNames: ["destination"],
    registers,
  });
  return {
    sent: (destination, outcome) => {
      events.inc({ destination, outcome });
    },
    queued: (destination, length) => {
      // From the start, so that `increase()` sees the first one of each.
      for (const outcome of PARCEL_OUTCOMES) events.inc({ destination, outcome }, 0);
      queue.set({ destination }, length);
    },
  };
}
