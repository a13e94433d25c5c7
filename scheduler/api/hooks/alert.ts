import * as z from "zod";

const texts = z.record(z.string(), z.string());

/** One alert, as Alertmanager tells of it. */
const ALERT = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: texts,
  annotations: texts.default({}),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.string().default(""),
  generatorURL: z.string().default(""),
  fingerprint: z.string().min(1),
});

export type Alert = z.output<typeof ALERT>;

/** Alertmanager's webhook, version 4. Loose: later versions add fields, and an alert is a hint, not an order. */
export const WEBHOOK = z
  .object({
    version: z.literal("4"),
    alerts: z.array(ALERT),
    groupKey: z.string().default(""),
    truncatedAlerts: z.int().min(0).default(0).describe("how many more there are that were left out"),
    status: z.enum(["firing", "resolved"]).default("firing"),
    receiver: z.string().default(""),
    groupLabels: texts.default({}),
    commonLabels: texts.default({}),
    commonAnnotations: texts.default({}),
    externalURL: z.string().default(""),
  })
  .meta({ id: "AlertmanagerWebhook", description: "Alertmanager's webhook, version 4" });

/** What tells an alert from others, and from its own earlier firing. */
export function identityOf({ fingerprint, startsAt }: Alert): string {
  return `${fingerprint} ${startsAt}`;
}

/** What people call it. */
export function nameOf({ labels }: Alert): string {
  return labels["alertname"] ?? "unnamed";
}
