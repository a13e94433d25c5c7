import type { Log } from "../../common/log.ts";
import type { Clock } from "../clock.ts";
import type { SchedulerEvent } from "../events/event.ts";
import type { Events } from "../events/events.ts";
import type { Pause } from "../events/pause.ts";
import { createDestination, type OutgoingMetrics, type Parcel } from "./destination.ts";
import { grafanaParcels } from "./grafana.ts";
import type { OutgoingConfig } from "./setting.ts";
import { webhookParcel } from "./webhook.ts";

export interface OutgoingParts {
  readonly events: Pick<Events, "listen">;
  /** Whether this scheduler is the one that acts: the others see the same, and would tell it again. */
  readonly leads: () => boolean;
  readonly metrics: OutgoingMetrics;
  readonly log: Pick<Log, "info" | "warn">;
  readonly clock?: Pick<Clock, "now">;
  readonly pause?: Pause;
  readonly random?: () => number;
}

/** Events on their way to others. */
export interface Outgoing {
  /** Tries what waits for at most so long; what happens afterwards is told to nobody. */
  stop(graceMs: number): Promise<void>;
}

/** Sends each event to where the configuration says, through a queue for each; to nobody where it says nothing. */
export function startOutgoing({ grafana, webhooks }: OutgoingConfig, parts: OutgoingParts): Outgoing {
  const { events, leads, ...rest } = parts;
  const { url, token } = grafana;
  const sources: readonly (readonly [string, (event: SchedulerEvent) => Parcel | null])[] = [
    ...(url === undefined || token === undefined
      ? []
      : [["grafana", grafanaParcels({ url, token })] as const]),
    ...webhooks.map(
      (webhook) => [webhook.name, (event: SchedulerEvent) => webhookParcel(webhook, event)] as const,
    ),
  ];
  const routes = sources.map(([name, parcelOf]) => {
    // Shown from the start, so that one that never took anything can be seen.
    parts.metrics.queued(name, 0);
    return { parcelOf, destination: createDestination({ name, ...rest }) };
  });
  const leave = events.listen((event) => {
    if (!leads()) return;
    for (const { parcelOf, destination } of routes) {
      const parcel = parcelOf(event);
      if (parcel !== null) destination.take(parcel);
    }
  });
  return {
    async stop(graceMs) {
      leave();
      await Promise.all(routes.map(({ destination }) => destination.stop(graceMs)));
    },
  };
}
