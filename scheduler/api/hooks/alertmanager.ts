import * as z from "zod";
import type { Problem } from "../../../common/http/problem.ts";
import type { HookOutcome } from "../../api-metrics.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, refused, type Endpoint } from "../http/endpoint.ts";
import { identityOf, nameOf, WEBHOOK, type Alert } from "./alert.ts";

export interface AlertmanagerHookParts {
  /** Called with the names of firing alerts that were not seen before. */
  readonly onAlerts: (names: readonly string[]) => void;
  /** Called with all that came, repeated or not. */
  readonly take: (alerts: readonly Alert[]) => void;
  /** Whether this scheduler is the one that acts. */
  readonly leads: () => boolean;
  readonly count: (outcome: HookOutcome) => void;
}

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
export function alertmanagerEndpoint({ onAlerts, take, leads, count }: AlertmanagerHookParts): Endpoint {
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
    handle({ body: { alerts, truncatedAlerts } }) {
      if (!leads()) {
        count("standby");
        return refused(STANDBY, LEAVE);
      }
      const fresh = alerts.filter((alert) => remember(seen, `${identityOf(alert)} ${alert.status}`));
      const firing = fresh.filter((alert) => alert.status === "firing");
      count(fresh.length > 0 ? "accepted" : "repeated");
      // What was left out may be new.
      const unseen = truncatedAlerts > 0 ? [`${truncatedAlerts} more`] : [];
      if (firing.length + unseen.length > 0) onAlerts([...firing.map(nameOf), ...unseen]);
      take(alerts);
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
