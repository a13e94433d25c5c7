import type { Fault } from "../../config/fault.ts";
import type { Mapping } from "../../config/load.ts";
import { CLIENT_POLICIES, TLS_VERSION_ORDER, type ClientPolicy } from "./tls-names.ts";

/** What of a `tls_server_config` does not go together; `place` is its key. Wrong shapes are the schema's to tell. */
export function tlsRuleFaults(section: Mapping): readonly Fault[] {
  const has = (key: string): boolean => section[key] !== undefined;
  const policy = policyOf(section["client_auth_type"] ?? "NoClientCert");
  const rules: readonly (Fault & { readonly broken: boolean })[] = [
    {
      broken: !has("cert") && !has("cert_file"),
      place: "cert_file",
      problem: "is missing; name the server's certificate, or remove tls_server_config",
    },
    {
      broken: !has("key") && !has("key_file"),
      place: "key_file",
      problem: "is missing; name the certificate's key, or remove tls_server_config",
    },
    ...["cert", "key", "client_ca"].map((key) => ({
      broken: has(key) && has(`${key}_file`),
      place: key,
      problem: `is set beside ${key}_file; keep one of them`,
    })),
    {
      broken: (has("client_ca") || has("client_ca_file")) && policy?.asks === false,
      place: "client_auth_type",
      problem: "asks for no certificate that client_ca could verify; write RequireAndVerifyClientCert",
    },
    {
      broken: has("client_allowed_sans") && policy?.requires === false,
      place: "client_allowed_sans",
      problem: "needs a client_auth_type that requires a certificate; write RequireAndVerifyClientCert there",
    },
    {
      broken: rank(section["min_version"] ?? "TLS12") > rank(section["max_version"] ?? "TLS13"),
      place: "min_version",
      problem: "is above max_version; nobody could connect",
    },
  ];
  return rules.filter(({ broken }) => broken).map(({ place, problem }) => ({ place, problem }));
}

function policyOf(name: unknown): ClientPolicy | null {
  const policies: Readonly<Record<string, ClientPolicy>> = CLIENT_POLICIES;
  return typeof name === "string" && Object.hasOwn(policies, name) ? (policies[name] ?? null) : null;
}

/** NaN, which is above nothing, for what is no version. */
function rank(version: unknown): number {
  const index = (TLS_VERSION_ORDER as readonly unknown[]).indexOf(version);
  return index < 0 ? Number.NaN : index;
}
