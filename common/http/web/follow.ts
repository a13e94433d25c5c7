import { readFileSync } from "node:fs";
import { compare } from "bcryptjs";
import { ConfigError } from "../../config/fault.ts";
import type { Log } from "../../log.ts";
import { readBasic } from "./basic.ts";
import { createCredentialCheck } from "./credentials.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { Protection, TlsProtection, WebSecurity } from "./protection.ts";
import { tlsProtection } from "./tls.ts";
import { readWebConfig, type WebConfig } from "./web-config.ts";

/** A web configuration file to follow. */
export interface FollowParts {
  readonly file: string;
  readonly log: Log;
  /** Monotonic, in seconds. */
  readonly now: () => number;
}

/** The files are looked at no more often than this, however many requests come. */
const LOOK_INTERVAL_SECONDS = 1;

/** What was read, and the content of each file that it was read from. */
interface Version {
  readonly config: WebConfig;
  readonly tls: TlsProtection | null;
  readonly contents: ReadonlyMap<string, string>;
}

/**
 * The security that a file asks for at the moment of a request: the file and its certificates are read again when
 * they have changed. Of a later version that is bad the faults are logged, and the last good one holds.
 * @throws ConfigError with every fault of the first version.
 */
export function followWebConfig({ file, log, now }: FollowParts): WebSecurity {
  const check = createCredentialCheck(compare);
  const protect = ({ config: { headers, rateLimit, users }, tls }: Version): Protection => ({
    tls,
    headers,
    wait: createRateLimit(rateLimit, now),
    admits:
      users.size === 0
        ? null
        : async (authorization) => {
            const credentials = readBasic(authorization);
            return credentials !== null && (await check(users, credentials));
          },
  });
  let version = readVersion(file);
  let protection = protect(version);
  let lookedAt = now();
  let toldFault = "";

  function look(): void {
    try {
      const next = readVersion(file);
      assertSameScheme(file, version, next);
      version = next;
      protection = protect(next);
      toldFault = "";
      log.info({ file }, "read the changed web configuration");
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (error.message === toldFault) return;
      toldFault = error.message;
      log.error(
        { file, faults: error.faults },
        "the changed web configuration is bad; the last good one holds",
      );
    }
  }

  return {
    current() {
      const time = now();
      if (time - lookedAt >= LOOK_INTERVAL_SECONDS) {
        lookedAt = time;
        if (hasChanged(version.contents)) look();
        else toldFault = "";
      }
      return protection;
    },
  };
}

/**
 * Reads a web configuration to see that it is good.
 * @throws ConfigError with every fault of it.
 */
export function checkWebConfig(file: string): void {
  readVersion(file);
}

function readVersion(file: string): Version {
  // Before it is parsed: a change in between is then seen by the next look.
  const text = contentOf(file) ?? "";
  const config = readWebConfig(file);
  return {
    config,
    tls: config.tls === null ? null : tlsProtection(file, config.tls),
    contents: new Map([[file, text], ...(config.tls?.material.contents ?? [])]),
  };
}

function hasChanged(contents: ReadonlyMap<string, string>): boolean {
  return [...contents].some(([file, content]) => contentOf(file) !== content);
}

/** Null for a file that cannot be read. */
function contentOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function assertSameScheme(file: string, held: Version, next: Version): void {
  if ((held.tls === null) === (next.tls === null)) return;
  const was = next.tls === null ? "was removed" : "was added";
  const problem = `${was}; restart to change between HTTP and HTTPS`;
  throw new ConfigError([{ place: `${file}: tls_server_config`, problem }]);
}
