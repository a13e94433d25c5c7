import type { Log } from "../../log.ts";
import type { Protection, WebSecurity } from "./protection.ts";

const UNPROTECTED: Protection = { tls: null, headers: {}, wait: () => 0, admits: null };

/** Plain HTTP for everybody. */
export const OPEN: WebSecurity = { current: () => UNPROTECTED };

/**
 * The security that a web configuration file asks for; without a file, none.
 * @throws ConfigError with every fault of the file, of the certificate and of the key.
 */
export async function openSecurity(file: string | undefined, log: Log): Promise<WebSecurity> {
  if (file === undefined) return OPEN;
  const { followWebConfig } = await import("./follow.ts");
  return followWebConfig({ file, log, now: () => performance.now() / 1000 });
}
