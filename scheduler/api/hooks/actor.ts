import type { Log } from "../../../common/log.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Observe } from "../../observe/observer.ts";
import { knownSwarm } from "../found.ts";
import { Refused, type Endpoint, type Reply } from "../http/endpoint.ts";
import { identityOf, nameOf, type Alert } from "./alert.ts";
import { callFor, rulesFor, type AlertRule } from "./rules.ts";

/** What became of a rule that an alert met. */
export type AlertOutcome = "done" | "nothing" | "refused" | "withheld" | "failed" | "dropped";

export interface AlertActorParts {
  readonly rules: readonly AlertRule[];
  readonly observe: Observe;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether the calendar lets anything move, in words if not. */
  readonly closed: (snapshot: Snapshot) => string | null;
  readonly log: Pick<Log, "info" | "warn">;
  readonly count: (rule: string, outcome: AlertOutcome) => void;
}

/** Does what the rules about alerts say, one after the other, apart from the request that brought the alerts. */
export interface AlertActor {
  /** Takes alerts, firing or not, new or repeated. */
  take(alerts: readonly Alert[]): void;
  /** When all that was taken is done with. */
  settled(): Promise<void>;
}

/** So many wait at the most: a storm of alerts is no reason to do a thousand things. */
const MOST_WAITING = 1000;
const HOUR_MS = 3_600_000;

/**
 * An actor that calls the API's own endpoints as an operator called `alert:RULE` would: so whatever keeps a person from
 * something keeps an alert from it, and what was done for one firing of an alert is not done again for it, by whichever
 * scheduler.
 */
export function createAlertActor(parts: AlertActorParts, endpoints: () => readonly Endpoint[]): AlertActor {
  let waiting = 0;
  let last = Promise.resolve();
  async function run(rule: AlertRule, alert: Alert): Promise<void> {
    try {
      const { outcome, detail } = await act(parts, endpoints(), rule, alert);
      parts.count(rule.name, outcome);
      parts.log.info({ rule: rule.name, alert: nameOf(alert), do: rule.do, outcome }, detail);
    } catch (error) {
      parts.count(rule.name, "failed");
      parts.log.warn({ err: error, rule: rule.name, alert: nameOf(alert) }, "a rule about alerts failed");
    } finally {
      waiting -= 1;
    }
  }
  return {
    take(alerts) {
      for (const alert of alerts.filter(({ status }) => status === "firing")) {
        for (const rule of rulesFor(parts.rules, alert)) {
          if (waiting >= MOST_WAITING) {
            parts.count(rule.name, "dropped");
            continue;
          }
          waiting += 1;
          last = last.then(() => run(rule, alert));
        }
      }
    },
    settled: () => last,
  };
}

interface Done {
  readonly outcome: AlertOutcome;
  readonly detail: string;
}

/** An alert is a hint: what is so is read anew, and the endpoint judges by that. */
async function act(
  { policy, observe, now, closed }: AlertActorParts,
  endpoints: readonly Endpoint[],
  rule: AlertRule,
  alert: Alert,
): Promise<Done> {
  // To hold still is always allowed.
  if (rule.do !== "pause" && policy.mode !== "act")
    return { outcome: "withheld", detail: `mode is ${policy.mode}` };
  const snapshot = await knownSwarm(observe).catch(reasonOf);
  if (typeof snapshot === "string") return { outcome: "refused", detail: snapshot };
  const obstacle = rule.do === "pause" ? null : closed(snapshot);
  if (obstacle !== null) return { outcome: "withheld", detail: obstacle };
  const caller = { name: `alert:${rule.name}`, role: "operator" } as const;
  const lately = snapshot.orders.filter(
    (order) => order.kind === "request" && order.by === caller.name && now() - Date.parse(order.at) < HOUR_MS,
  );
  if (lately.length >= rule.perHour)
    return { outcome: "withheld", detail: `it did something ${lately.length} times within an hour` };
  const call = callFor(rule, alert, snapshot);
  if (!call.ok) return { outcome: "nothing", detail: call.detail };
  const endpoint = endpoints.find(({ id }) => id === call.endpoint);
  if (endpoint === undefined) throw new Error(`there is no endpoint ${call.endpoint}`);
  const { params, body } = call;
  const key = keyOf(alert);
  return doneBy(await endpoint.answer({ params, query: { dryRun: "false" }, body, caller, key }));
}

function doneBy(reply: Reply): Done {
  if (reply.kind === "problem") return { outcome: "refused", detail: reply.problem.detail };
  if (reply.headers?.["Idempotent-Replayed"] !== undefined)
    return { outcome: "nothing", detail: "it was done for this alert before" };
  const isDone = reply.kind === "json" && reply.status === 202;
  return isDone
    ? { outcome: "done", detail: "done" }
    : { outcome: "nothing", detail: "there was nothing to do" };
}

/** Visible ASCII, as a key is. */
function keyOf(alert: Alert): string {
  return encodeURIComponent(identityOf(alert)).slice(0, 255);
}

/** @throws whatever is no refusal. */
function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.problem.detail;
  throw error;
}
