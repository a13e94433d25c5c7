import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mustSucceed } from "./program.ts";

/** A certificate and its key, as the names of PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A folder of certificates, made by openssl for this run alone. */
export interface CertificateFolder {
  readonly path: string;
  /** An authority of its own. */
  authority(name: string): Certificate;
  /** A certificate that the authority vouches for; `names` as openssl writes them: `DNS:a,IP:127.0.0.1`. */
  issue(authority: Certificate, name: string, names: string): Certificate;
}

export function makeCertificateFolder(): CertificateFolder {
  const path = mkdtempSync(join(tmpdir(), "ballast-certificates-"));
  const filesOf = (name: string): Certificate => ({
    cert: join(path, `${name}.crt`),
    key: join(path, `${name}.key`),
  });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];
  return {
    path,
    authority(name) {
      const { cert, key } = filesOf(name);
      const authority = ["-x509", "-days", "2", "-subj", `/CN=${name}`];
      mustSucceed("openssl", "req", ...newKey, ...authority, "-keyout", key, "-out", cert);
      return { cert, key };
    },
    issue(authority, name, names) {
      const { cert, key } = filesOf(name);
      const signed = ["-x509", "-days", "2", "-subj", `/CN=${name}`, "-addext", `subjectAltName=${names}`];
      const usage = [
        "-addext",
        "extendedKeyUsage=serverAuth,clientAuth",
        "-addext",
        "basicConstraints=CA:FALSE",
      ];
      const by = ["-CA", authority.cert, "-CAkey", authority.key];
      mustSucceed("openssl", "req", ...newKey, ...signed, ...usage, ...by, "-keyout", key, "-out", cert);
      return { cert, key };
    },
  };
}
