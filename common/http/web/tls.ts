import { createSecureContext, DEFAULT_CIPHERS, type TlsOptions } from "node:tls";
import { ConfigError } from "../../config/fault.ts";
import type { TlsProtection } from "./protection.ts";
import { subjectAltNames } from "./subject-alt-names.ts";
import {
  CIPHER_SUITES,
  CLIENT_POLICIES,
  CURVES,
  TLS13_SUITES,
  TLS_VERSIONS,
  type TlsVersion,
} from "./tls-names.ts";
import type { TlsConfig } from "./web-config.ts";

/**
 * What a configuration means to node:tls, and to a connection whose handshake is done.
 * @throws ConfigError that names the file, when OpenSSL refuses what every check of ours has passed.
 */
export function tlsProtection(configFile: string, config: TlsConfig): TlsProtection {
  const options = tlsOptions(config);
  try {
    createSecureContext(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const problem = `OpenSSL refuses it (${why}); mend the certificate or the choice of ciphers and curves`;
    throw new ConfigError([{ place: `${configFile}: tls_server_config`, problem }]);
  }
  const { requires, verifies } = CLIENT_POLICIES[config.client_auth_type];
  const { client_allowed_sans: allowed } = config;
  return {
    options,
    refusal(socket) {
      const shown = socket.getPeerX509Certificate();
      if (shown === undefined) return requires ? "no certificate" : null;
      if (verifies && !socket.authorized) return "a certificate of no known authority";
      if (allowed === undefined) return null;
      const names = subjectAltNames(shown.subjectAltName ?? "");
      return names.some((name) => allowed.includes(name)) ? null : "none of its names is allowed";
    },
  };
}

function tlsOptions(config: TlsConfig): TlsOptions {
  const { material, client_auth_type, min_version, max_version, curve_preferences } = config;
  const { asks, requires, verifies } = CLIENT_POLICIES[client_auth_type];
  const curves = curve_preferences.flatMap((name) => CURVES[name] ?? []);
  return {
    cert: material.cert,
    key: material.key,
    ca: material.clientCa ?? undefined,
    requestCert: asks,
    rejectUnauthorized: requires && verifies,
    minVersion: TLS_VERSIONS[min_version],
    maxVersion: TLS_VERSIONS[max_version],
    ciphers: ciphersOf(config.cipher_suites, min_version),
    ecdhCurve: curves.length === 0 ? "auto" : curves.join(":"),
    honorCipherOrder: config.prefer_server_cipher_suites,
    ALPNProtocols: ["http/1.1"],
  };
}

/** A list without TLS 1.3's own suites would switch TLS 1.3 off, which in Go no list of suites does. */
function ciphersOf(suites: readonly string[], minVersion: TlsVersion): string {
  const chosen = suites.flatMap((name) => CIPHER_SUITES[name] ?? []);
  const list = suites.length === 0 ? DEFAULT_CIPHERS : [...TLS13_SUITES, ...chosen].join(":");
  // OpenSSL speaks the versions that are out of use only at its lowest level of security.
  const isOld = minVersion === "TLS10" || minVersion === "TLS11";
  return isOld ? `${list}:@SECLEVEL=0` : list;
}
