import express, { Router, type Request, type RequestHandler } from "express";
import * as z from "zod";
import { sendProblem, type Problem } from "../../common/http/problem.ts";
import type { HookOutcome } from "../metrics.ts";
import { bearerRefusal } from "./bearer.ts";

export interface AlertmanagerHookParts {
  /** The caller's secret; null when none is configured, and then nobody may call. */
  readonly token: string | null;
  /** Called once per alert that was not seen before. */
  readonly onAlerts: (names: readonly string[]) => void;
  /** Whether this scheduler is the one that acts. */
  readonly leads: () => boolean;
  readonly count: (outcome: HookOutcome) => void;
}

// Alertmanager's webhook, version 4. Loose: later versions add fields, and an alert is a hint, not an order.
const WEBHOOK = z.object({
  version: z.literal("4"),
  alerts: z.array(
    z.object({
      status: z.enum(["firing", "resolved"]),
      labels: z.record(z.string(), z.string()),
      startsAt: z.string(),
      fingerprint: z.string(),
    }),
  ),
});

const BODY_LIMIT = "1mb";
/** Alerts remembered as seen: Alertmanager repeats what fires until it is resolved. */
const SEEN_LIMIT = 10_000;

/** `POST /v1/hooks/alertmanager`: an alert makes the scheduler look at once; the same alert again does not. */
export function alertmanagerHookRoute(parts: AlertmanagerHookParts): Router {
  const seen = new Set<string>();
  return Router().post(
    "/v1/hooks/alertmanager",
    (request, response, next) => {
      const refusal = refusalOf(request, parts);
      if (refusal === null) {
        next();
        return;
      }
      parts.count(refusal.status === STANDBY.status ? "standby" : "refused");
      // A kept connection would lead the next try to the same scheduler.
      response.set("Connection", "close");
      sendProblem(response, refusal);
    },
    jsonBody(() => {
      parts.count("refused");
    }),
    (request, response) => {
      const body = WEBHOOK.safeParse(request.body);
      if (!body.success) {
        parts.count("refused");
        sendProblem(response, {
          status: 400,
          title: "No webhook of version 4",
          detail: z.prettifyError(body.error),
        });
        return;
      }
      const fresh = body.data.alerts.filter(({ status, fingerprint, startsAt }) =>
        remember(seen, `${fingerprint} ${startsAt} ${status}`),
      );
      const firing = fresh.filter((alert) => alert.status === "firing");
      parts.count(fresh.length > 0 ? "accepted" : "repeated");
      if (firing.length > 0) parts.onAlerts(firing.map((alert) => alert.labels["alertname"] ?? "unnamed"));
      response.status(202).json({ received: body.data.alerts.length, fresh: fresh.length });
    },
  );
}

/** A 5xx makes Alertmanager try again, and the name `scheduler` then leads it to another one. */
const STANDBY: Problem = {
  status: 503,
  title: "Standing by",
  detail: "another scheduler acts; call again to be led there",
};

function refusalOf(request: Request, { token, leads }: AlertmanagerHookParts): Problem | null {
  return bearerRefusal(request, token, "BALLAST_HOOKS_TOKEN") ?? (leads() ? null : STANDBY);
}

/** Parses the body; what cannot be parsed is told of before it is answered. */
function jsonBody(onUnreadable: () => void): RequestHandler {
  const parse: RequestHandler = express.json({ limit: BODY_LIMIT });
  return (request, response, next) => {
    void parse(request, response, (error?: unknown) => {
      if (error !== undefined) onUnreadable();
      next(error);
    });
  };
}

/** Whether the key is new; the oldest are forgotten first. */
function remember(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  const [oldest] = seen;
  if (seen.size > SEEN_LIMIT && oldest !== undefined) seen.delete(oldest);
  return true;
}
