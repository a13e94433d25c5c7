import * as z from "zod";
import type { Problem } from "../../../common/http/problem.ts";
import type { HookOutcome } from "../../metrics.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, refused, type Endpoint } from "../http/endpoint.ts";

export interface AlertmanagerHookParts {
  /** Called once per alert that was not seen before. */
  readonly onAlerts: (names: readonly string[]) => void;
  /** Whether this scheduler is the one that acts. */
  readonly leads: () => boolean;
  readonly count: (outcome: HookOutcome) => void;
}

// Alertmanager's webhook, version 4. Loose: later versions add fields, and an alert is a hint, not an order.
const WEBHOOK = z
  .object({
    version: z.literal("4"),
    alerts: z.array(
      z.object({
        status: z.enum(["firing", "resolved"]),
        labels: z.record(z.string(), z.string()),
        startsAt: z.string(),
        fingerprint: z.string(),
      }),
    ),
  })
  .meta({ id: "AlertmanagerWebhook", description: "Alertmanager's webhook, version 4" });

const BODY_BYTES = 1024 * 1024;
/** Alerts remembered as seen: Alertmanager repeats what fires until it is resolved. */
const SEEN_LIMIT = 10_000;

/** A 5xx makes Alertmanager try again, and the name `scheduler` then leads it to another one. */
const STANDBY: Problem = {
  status: 503,
  title: "Standing by",
  detail: "another scheduler acts; call again to be led there",
};
/** A kept connection would lead the next try to the same scheduler. */
const LEAVE = { Connection: "close" };

/** An alert makes the scheduler look at once; the same alert again does not. */
export function alertmanagerEndpoint({ onAlerts, leads, count }: AlertmanagerHookParts): Endpoint {
  const seen = new Set<string>();
  return endpoint({
    method: "post",
    path: "/v1/hooks/alertmanager",
    id: "alertmanagerHook",
    summary: "Alertmanager's webhook: an alert that is new makes the scheduler look at once",
    role: "hook",
    body: WEBHOOK,
    bodyLimit: BODY_BYTES,
    answers: answers({
      202: document(
        "how many alerts came, and were new",
        z.strictObject({ received: z.number(), fresh: z.number() }),
      ),
      503: problem("this scheduler stands by; the next call may reach the one that acts"),
    }),
    onRefusal: () => {
      count("refused");
    },
    handle({ body: { alerts } }) {
      if (!leads()) {
        count("standby");
        return refused(STANDBY, LEAVE);
      }
      const fresh = alerts.filter(({ status, fingerprint, startsAt }) =>
        remember(seen, `${fingerprint} ${startsAt} ${status}`),
      );
      const firing = fresh.filter((alert) => alert.status === "firing");
      count(fresh.length > 0 ? "accepted" : "repeated");
      if (firing.length > 0) onAlerts(firing.map((alert) => alert.labels["alertname"] ?? "unnamed"));
      return json({ received: alerts.length, fresh: fresh.length }, 202);
    },
  });
}

/** Whether the key is new; the oldest are forgotten first. */
function remember(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  const [oldest] = seen;
  if (seen.size > SEEN_LIMIT && oldest !== undefined) seen.delete(oldest);
  return true;
}
