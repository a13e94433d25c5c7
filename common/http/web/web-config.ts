import * as z from "zod";
import { readAll } from "../../config/fault.ts";
import { loadConfig, type Mapping } from "../../config/load.ts";
import { count, duration, flag, word } from "../../config/types.ts";
import { readYamlFile } from "../../config/yaml.ts";
import { readMaterial, type TlsMaterial } from "./tls-material.ts";
import { CIPHER_SUITES, CLIENT_POLICIES, CURVES, TLS13_SUITES, TLS_VERSIONS } from "./tls-names.ts";

/** `$2y$10$` and 53 characters of salt and hash. */
const BCRYPT_HASH = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

/** Those that the exporter toolkit lets be set, with the values it takes; null for any. */
const HEADERS: Readonly<Record<string, readonly [string, ...string[]] | null>> = {
  "Content-Security-Policy": null,
  "Strict-Transport-Security": null,
  "X-Content-Type-Options": ["nosniff"],
  "X-Frame-Options": ["deny", "sameorigin"],
  "X-XSS-Protection": null,
};

const TLS = z.strictObject({
  cert: pem(),
  key: pem(),
  client_ca: pem(),
  cert_file: fileName(),
  key_file: fileName(),
  client_ca_file: fileName(),
  client_auth_type: word(namesOf(CLIENT_POLICIES)).default("NoClientCert"),
  client_allowed_sans: z.array(z.string("is no text; write a name")).optional(),
  min_version: word(namesOf(TLS_VERSIONS)).default("TLS12"),
  max_version: word(namesOf(TLS_VERSIONS)).default("TLS13"),
  cipher_suites: z.array(word([...TLS13_SUITES, ...namesOf(CIPHER_SUITES)])).default([]),
  curve_preferences: z.array(word(namesOf(CURVES))).default([]),
  prefer_server_cipher_suites: flag().default(true),
});

const SCHEMA = z.strictObject({
  tls_server_config: TLS.prefault({}),
  http_server_config: z
    .strictObject({ http2: flag().default(true), headers: headers().prefault({}) })
    .prefault({}),
  rate_limit: z
    .strictObject({
      interval: z.preprocess((value) => (isZero(value) ? "0s" : value), duration()).default(0),
      burst: count(0, 1_000_000).default(0),
    })
    .refine(({ interval, burst }) => interval === 0 || burst > 0, {
      path: ["burst"],
      message: "would let no request through; write 1 or more",
    })
    .prefault({}),
  basic_auth_users: z.record(z.string(), bcryptHash()).default({}),
});

type Shape = z.output<typeof SCHEMA>;

/** How connections are encrypted, with the certificate as read. */
export interface TlsConfig extends Pick<
  Shape["tls_server_config"],
  | "client_auth_type"
  | "client_allowed_sans"
  | "min_version"
  | "max_version"
  | "cipher_suites"
  | "curve_preferences"
  | "prefer_server_cipher_suites"
> {
  readonly material: TlsMaterial;
}

/** A web configuration file and the files that it names, as they were at one moment. */
export interface WebConfig {
  /** Null for plain HTTP. */
  readonly tls: TlsConfig | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds between two requests; 0 for as many as come. */
  readonly rateLimit: { readonly interval: number; readonly burst: number };
  /** Bcrypt hashes of passwords, by user. */
  readonly users: ReadonlyMap<string, string>;
}

/**
 * Reads a file in the format of the Prometheus exporter toolkit, and the certificates that it names.
 * @throws ConfigError with every fault of all these files at once; no secret is in it.
 */
export function readWebConfig(file: string): WebConfig {
  const raw = readYamlFile(file);
  const section = mappingOf(raw["tls_server_config"]);
  const [shape, material] = readAll([
    () =>
      loadConfig(SCHEMA, {
        args: [],
        env: {},
        scope: { prefix: "", foreignPrefixes: [] },
        file: { path: file, read: () => withoutBlanks(raw) },
      }),
    () => readMaterial(file, withoutBlanks(section)),
  ]);
  return {
    tls: material === null ? null : { ...shape.tls_server_config, material },
    headers: shape.http_server_config.headers,
    rateLimit: shape.rate_limit,
    // As written and not as parsed: a name that an object could not hold must not leave the door open.
    users: new Map(
      Object.entries(mappingOf(raw["basic_auth_users"])).map(([user, hash]) => [user, String(hash)]),
    ),
  };
}

/** What is there but empty counts as not set, as it does in Go; but never a user, who would be let in unasked. */
function withoutBlanks(mapping: Mapping): Mapping {
  const entries = Object.entries(mapping).flatMap(([key, value]): [string, unknown][] => {
    if (value === null || value === "") return [];
    const isSection = key !== "basic_auth_users" && isMapping(value);
    return [[key, isSection ? withoutBlanks(value) : value]];
  });
  return Object.fromEntries(entries);
}

function mappingOf(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isZero(value: unknown): boolean {
  return value === 0 || value === "0";
}

function pem() {
  return z.string("is no text; write PEM blocks, or name a file").optional();
}

function fileName() {
  return z.string("is no text; write a file's name").optional();
}

function bcryptHash() {
  const message = "is no bcrypt hash; write one as `htpasswd -nBC 10 USER` prints behind the colon";
  return z.string(message).regex(BCRYPT_HASH, message);
}

function headers() {
  const shape = Object.entries(HEADERS).map(([name, values]) => {
    const value = values === null ? z.string("is no text; write the header's value") : word(values);
    return [name, value.optional()] as const;
  });
  return z.strictObject(Object.fromEntries(shape)).transform((given) => {
    const set = Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    return Object.fromEntries(set) as Readonly<Record<string, string>>;
  });
}

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly [Name, ...Name[]] {
  return Object.keys(table) as [Name, ...Name[]];
}
