import { createHmac } from "node:crypto";
import type { EventType, SchedulerEvent } from "../events/event.ts";
import type { Parcel } from "./destination.ts";

/** Somebody's URL that is told of events. */
export interface Webhook {
  readonly name: string;
  readonly url: string;
  /** What its owner and we sign with. */
  readonly secret: string;
  readonly types: readonly EventType[];
}

/**
 * The header `Ballast-Signature`: `t=UNIX,v1=HEX`, where HEX is the HMAC-SHA256 of `UNIX.BODY` under the secret. The scheme
 * is Stripe's: the time is signed too, so that who overhears a request cannot send it again later.
 */
export function signatureOf(secret: string, body: string, nowMs: number): string {
  const unix = Math.floor(nowMs / 1000);
  const hex = createHmac("sha256", secret).update(`${unix}.${body}`).digest("hex");
  return `t=${unix},v1=${hex}`;
}

/** An event for a webhook; null for one that it does not want. Each try has the same body and delivery. */
export function webhookParcel({ url, secret, types }: Webhook, event: SchedulerEvent): Parcel | null {
  if (!types.includes(event.type)) return null;
  const body = JSON.stringify(event);
  return {
    id: event.id,
    post: (nowMs) => ({
      url,
      body,
      headers: {
        "Ballast-Event": event.type,
        "Ballast-Delivery": event.id,
        "Ballast-Signature": signatureOf(secret, body, nowMs),
      },
    }),
  };
}
