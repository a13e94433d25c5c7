import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigError, type Fault } from "../../config/fault.ts";
import type { Mapping } from "../../config/load.ts";
import { tlsRuleFaults } from "./tls-rules.ts";

/** The server's certificate chain, its key and the authorities of its clients, as PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** Null for the authorities that Node knows. */
  readonly clientCa: string | null;
  /** The content of each file that was read. */
  readonly contents: ReadonlyMap<string, string>;
}

/** A text of the section, or what stands in the file that it names. */
interface Pem {
  /** The key of the section. */
  readonly place: string;
  readonly file: string | null;
  readonly text: string;
}

/**
 * Reads what a `tls_server_config` names; null when it asks for no TLS. What has the wrong shape is the schema's to
 * tell and counts here as not set.
 * @throws ConfigError with all that is wrong with the certificates and with what they are for.
 */
export function readMaterial(configFile: string, section: Mapping): TlsMaterial | null {
  if (Object.keys(section).length === 0) return null;
  const faults: Fault[] = tlsRuleFaults(section).map(({ place, problem }) => ({
    place: placeIn(configFile, place),
    problem,
  }));
  const read = (key: string): Pem | null => readPem(configFile, section, key, faults);
  const [cert, key, clientCa] = [read("cert"), read("key"), read("client_ca")];
  const check = (pem: Pem | null, problemOf: (text: string) => string | null): void => {
    const problem = pem === null ? null : problemOf(pem.text);
    if (pem !== null && problem !== null) faults.push({ place: placeIn(configFile, pem.place), problem });
  };
  check(cert, certificateProblem);
  check(clientCa, certificateProblem);
  check(key, (text) => keyProblem(text, cert?.text ?? ""));
  if (faults.length > 0) throw new ConfigError(faults);
  if (cert === null || key === null) return null;
  const contents = [cert, key, clientCa]
    .filter((pem) => pem !== null)
    .flatMap(({ file, text }): [string, string][] => (file === null ? [] : [[file, text]]));
  return { cert: cert.text, key: key.text, clientCa: clientCa?.text ?? null, contents: new Map(contents) };
}

function placeIn(configFile: string, key: string): string {
  return `${configFile}: tls_server_config.${key}`;
}

/** Relative names are relative to the configuration's folder. */
function readPem(configFile: string, section: Mapping, key: string, faults: Fault[]): Pem | null {
  const inline = section[key];
  if (typeof inline === "string") return { place: key, file: null, text: inline };
  const place = `${key}_file`;
  const name = section[place];
  if (typeof name !== "string") return null;
  const file = resolve(dirname(configFile), name);
  try {
    return { place, file, text: readFileSync(file, "utf8") };
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    const problem = `cannot read ${file} (${why}); name a file that can be read`;
    faults.push({ place: placeIn(configFile, place), problem });
    return null;
  }
}

function certificateProblem(text: string): string | null {
  return parsed(() => new X509Certificate(text)) === null
    ? "is no certificate in PEM; write or name one that begins with -----BEGIN CERTIFICATE-----"
    : null;
}

/** A key that belongs to another certificate is found here and not by the first client. */
function keyProblem(text: string, certText: string): string | null {
  const key = parsed(() => createPrivateKey(text));
  if (key === null) return "is no private key in PEM without a passphrase; write or name one";
  const cert = parsed(() => new X509Certificate(certText));
  return cert === null || cert.checkPrivateKey(key)
    ? null
    : "is not the key of this certificate; name the two that belong together";
}

/** Null for what cannot be parsed: OpenSSL's own words would say less than ours. */
function parsed<Value>(parse: () => Value): Value | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
