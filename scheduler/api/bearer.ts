import { createHash, timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import type { Problem } from "../../common/http/problem.ts";

/** Why a caller may not: no token is configured, or it did not send it; null when it may. Compares in constant time. */
export function bearerRefusal(request: Request, token: string | null, variable: string): Problem | null {
  if (token === null) {
    return { status: 403, title: "No token", detail: `set ${variable} or ${variable}_FILE to open this` };
  }
  const given = /^Bearer (.+)$/.exec(request.get("authorization") ?? "")?.[1] ?? "";
  if (timingSafeEqual(digest(given), digest(token))) return null;
  return {
    status: 401,
    title: "Wrong token",
    detail: "send `Authorization: Bearer` with the configured token",
  };
}

/** Of equal length whatever was sent, as the comparison in constant time demands. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
