import type { RequestHandler } from "express";
import type { WebSecurity } from "./web/protection.ts";

/** No answer is a page to be framed, sniffed, kept or read by others; a page that is one says what it needs. */
const STRICT: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** A year: who once came over TLS is not to be led to come without. */
const OVER_TLS: Readonly<Record<string, string>> = { "Strict-Transport-Security": "max-age=31536000" };

/** Sends these with every answer, or what the web configuration has instead. */
export function withSecurityHeaders(security: WebSecurity): RequestHandler {
  return (_request, response, next) => {
    const { tls, headers } = security.current();
    response.set(STRICT);
    if (tls !== null) response.set(OVER_TLS);
    response.set(headers);
    next();
  };
}
